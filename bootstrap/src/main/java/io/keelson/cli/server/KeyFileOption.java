package io.keelson.cli.server;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.SecretsStatusResponse;
import io.keelson.proto.operator.v1.SecretsStatusResponse.ServerKeys;
import io.keelson.trust.secret.SecretKeyFile;
import io.keelson.trust.secret.SecretKeyId;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The secrets key file of this host, and what its keys mean to the server that is asked. */
final class KeyFileOption {
    private static final String SERVICE_USER = "keelson";

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            defaultValue = "/etc/keelson/server/secrets.key",
            description = "The server's secrets key file. Default: /etc/keelson/server/secrets.key.")
    @SuppressWarnings("NullAway.Init")
    Path path;

    private @Nullable SecretKeyFile checked;

    SecretKeyFile file() {
        var file = checked;
        if (file == null) {
            file = SecretKeyFile.ofService(path, SERVICE_USER);
            checked = file;
        }
        return file;
    }

    /**
     * The file's keys, the newest first.
     *
     * @throws io.keelson.problem.ProblemException SERVER_SECRET_KEY_FILE if it cannot be used; CONFIGURATION_INVALID if
     *     the servers that answer know none of its keys
     */
    List<SecretKeyId> keysKnownTo(SecretsStatusResponse status) {
        var keys = file().read().keys();
        var known = Stream.of(
                        Stream.of(status.getActiveKey()),
                        status.getFormerKeysList().stream(),
                        status.getServersList().stream().flatMap(KeyFileOption::keys))
                .flatMap(found -> found)
                .toList();
        if (keys.stream().noneMatch(key -> known.contains(key.hex()))) {
            throw Problem.error(
                            ProblemCode.CONFIGURATION_INVALID,
                            "no server of this context knows a key of " + path,
                            Remedy.advise(
                                    "Run the command on a host of these servers, or choose their context with --context.",
                                    "keelson context list"))
                    .asException();
        }
        return keys;
    }

    private static Stream<String> keys(ServerKeys server) {
        return Stream.concat(server.getInFileList().stream(), server.getInMemoryList().stream());
    }

    /** What an operator has to do so that every server has the file as it is now. */
    List<String> distribution(SecretsStatusResponse status) {
        var lines = Stream.<String>builder();
        var servers =
                status.getServersList().stream().map(ServerKeys::getServer).toList();
        if (servers.size() > 1) {
            lines.add("Bring " + path + " to the hosts of all servers (" + String.join(", ", servers)
                    + "), with its owner and mode; docs/secrets.md says how.");
        }
        status.getServersList().stream()
                .filter(server -> server.getSource().equals("credential"))
                .forEach(server -> lines.add("Server " + server.getServer()
                        + " has its keys as a credential: renew that and restart the server."));
        return lines.build().toList();
    }
}
