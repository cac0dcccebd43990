package io.keelson.server.secrets;

import io.keelson.problem.ProblemException;
import io.keelson.trust.secret.SecretBox;
import io.keelson.trust.secret.SecretKeyFile;
import io.keelson.trust.secret.SecretKeyId;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * This server's keys. The file may change while the server runs: {@link #refresh} reads it again, and a file that cannot
 * be used leaves everything as it was. A key that is no longer in the file stays in memory until the server ends, so that
 * a file from an old backup does not make secrets unreadable at once; nothing is sealed with such a key. Safe for many
 * threads.
 */
public final class KeyRing {
    private static final System.Logger LOG = System.getLogger(KeyRing.class.getName());

    private final SecretKeyFile file;
    private volatile Held held;

    /**
     * The keys of a file.
     *
     * @throws ProblemException {@code SERVER_SECRET_KEY_FILE}: it cannot be used
     */
    public KeyRing(SecretKeyFile file) {
        this.file = file;
        var box = file.read();
        this.held = new Held(box, box, "");
    }

    /**
     * @param inFile as the file was when it could be read last
     * @param all these, and those that were in the file earlier
     * @param problem why the file cannot be used now; empty if it can
     */
    private record Held(SecretBox inFile, SecretBox all, String problem) {}

    /** Reads the file again; true if it has other keys than before. */
    synchronized boolean refresh() {
        var before = held;
        try {
            var fresh = file.read();
            held = new Held(fresh, fresh.with(before.all()), "");
            boolean changed = !fresh.keys().equals(before.inFile().keys());
            if (changed) {
                LOG.log(Level.INFO, "the secrets key file has the keys {0}", fresh.keys());
            }
            return changed;
        } catch (ProblemException e) {
            var problem = e.problem().what();
            if (!problem.equals(before.problem())) {
                LOG.log(Level.WARNING, "{0}; the keys that were read before stay in use", problem);
            }
            held = new Held(before.inFile(), before.all(), problem);
            return false;
        }
    }

    /**
     * What others may know of it.
     *
     * @param damaged see {@link ServerKeys}
     */
    ServerKeys describe(String server, List<String> damaged) {
        var now = held;
        var inFile = now.inFile().keys();
        var inMemory =
                now.all().keys().stream().filter(key -> !inFile.contains(key)).toList();
        return new ServerKeys(
                server,
                inFile,
                inMemory,
                file.owner() instanceof SecretKeyFile.Owner.ServiceManager
                        ? ServerKeys.Source.CREDENTIAL
                        : ServerKeys.Source.FILE,
                now.problem(),
                damaged);
    }

    /** The key on top of the file. */
    SecretKeyId top() {
        return held.inFile().keys().getFirst();
    }

    /** What secrets may be sealed with: keys that are in the file. Read again if that key is not among them. */
    SecretBox sealing(SecretKeyId key) {
        if (!held.inFile().keys().contains(key)) {
            refresh();
        }
        return held.inFile();
    }

    /** What opens secrets: all keys. The file is read again if that key is not among them. */
    SecretBox opening(List<SecretKeyId> keys) {
        if (!held.all().keys().containsAll(keys)) {
            refresh();
        }
        return held.all();
    }
}
