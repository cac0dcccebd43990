package io.keelson.trust.release;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.secret.GuardedFile;
import io.keelson.trust.secret.SecretKeyFile.Owner;
import io.keelson.trust.tuf.key.TufSigner;
import java.nio.file.Path;
import java.util.List;

/**
 * The file of the keys with which a server signs snapshot and timestamp: PEM, PKCS #8, not encrypted, one or several.
 * Read anew at each signing, so that a rotation needs no restart. Problems never repeat anything of its content.
 *
 * @param file never followed if it is a link
 * @param owner who must own it
 */
public record OnlineKeyFile(Path file, Owner owner) {
    private static final int MOST_KEYS = 16;
    private static final int MAXIMUM_BYTES = 16_384;

    /** The key file of the running program. */
    public static OnlineKeyFile of(Path file) {
        return new OnlineKeyFile(file, new Owner.Process());
    }

    /** A credential of the running service. */
    public static OnlineKeyFile ofCredential(Path file) {
        return new OnlineKeyFile(file, new Owner.ServiceManager());
    }

    /**
     * All keys, in the file's order; at least one.
     *
     * @throws ProblemException {@link ProblemCode#SERVER_ONLINE_KEY_FILE} if it cannot be read, has another form, is a
     *     link, belongs to somebody else, or can be read by others
     */
    public List<TufSigner> signers() {
        var content = new GuardedFile(file, owner, MAXIMUM_BYTES, this::bad).read();
        List<TufSigner> signers;
        try {
            signers = Pem.privateKeys(content).stream().map(TufSigner::of).toList();
        } catch (ProblemException e) {
            throw new ProblemException(bad("is not PEM of private keys, Ed25519 or P-256"), e);
        }
        long different =
                signers.stream().map(signer -> signer.key().id()).distinct().count();
        if (different < signers.size() || signers.size() > MOST_KEYS) {
            throw bad("has a key twice, or more than " + MOST_KEYS).asException();
        }
        return signers;
    }

    private Problem bad(String what) {
        return Problem.error(
                ProblemCode.SERVER_ONLINE_KEY_FILE,
                "the online key file " + file + " " + what,
                Remedy.advise(
                        "It has PEM blocks PRIVATE KEY, belongs to the server's user, and has mode 0600. If the key was"
                                + " lost, have a root signed that lists a new one.",
                        "ls -l " + file));
    }
}
