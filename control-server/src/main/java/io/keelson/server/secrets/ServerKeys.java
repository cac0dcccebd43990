package io.keelson.server.secrets;

import io.keelson.trust.secret.SecretKeyId;
import java.util.List;

/**
 * Which keys a server has; ids only.
 *
 * @param inFile the newest first; empty if the server has not said yet
 * @param inMemory those that were in its file earlier and are gone from it; lost when it ends
 * @param problem why its file cannot be used now; empty if it can
 * @param damaged store keys of secrets that it could not open as the leader although it has their key; not all if many
 */
public record ServerKeys(
        String server,
        List<SecretKeyId> inFile,
        List<SecretKeyId> inMemory,
        Source source,
        String problem,
        List<String> damaged) {
    /** Where a server reads its keys. */
    public enum Source {
        /** It has not said. */
        UNKNOWN,
        /** A file, which is read again while the server runs. */
        FILE,
        /** A credential of the service manager, which changes with a restart of the server. */
        CREDENTIAL
    }

    public ServerKeys {
        inFile = List.copyOf(inFile);
        inMemory = List.copyOf(inMemory);
        damaged = List.copyOf(damaged);
    }

    /** A server that is known and has not said which keys it has. */
    static ServerKeys silent(String server) {
        return new ServerKeys(server, List.of(), List.of(), Source.UNKNOWN, "", List.of());
    }

    boolean opens(SecretKeyId key) {
        return inFile.contains(key) || inMemory.contains(key);
    }

    boolean hasOnTop(SecretKeyId key) {
        return !inFile.isEmpty() && inFile.getFirst().equals(key);
    }
}
