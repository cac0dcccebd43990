package io.keelson.trust.snapshot;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;

/**
 * The key that reads snapshots of the control server's own etcd. It is a file (PEM, {@code PRIVATE KEY}, P-256), and nowhere in
 * that etcd: whoever needs a snapshot has lost it. {@code openssl cms -decrypt -inkey} takes it too.
 */
public record SnapshotKeyFile(Path file) {
    /** A new one, as the file's content. */
    public static byte[] fresh() {
        return Pem.encode(Keys.generate(Algorithm.ECDSA_P256).getPrivate());
    }

    /**
     * The private key.
     *
     * @throws ProblemException CONFIGURATION_INVALID if the file cannot be read or holds none
     */
    public PrivateKey secret() {
        try {
            return Pem.privateKey(Files.readAllBytes(file));
        } catch (IOException | ProblemException e) {
            throw unusable(e);
        }
    }

    /**
     * The public key, to which snapshots are encrypted.
     *
     * @throws ProblemException as {@link #secret}
     */
    public PublicKey recipient() {
        try {
            return Keys.publicKeyOf(secret());
        } catch (InvalidKeyException e) {
            throw unusable(e);
        }
    }

    private ProblemException unusable(Exception cause) {
        return new ProblemException(
                Problem.error(
                        ProblemCode.CONFIGURATION_INVALID,
                        file + ", the key of the server's own snapshots, cannot be used: " + cause.getMessage(),
                        Remedy.advise(
                                "Put it back from a backup. Where none was ever made, 'keelson server init', run again on"
                                        + " the first server's host, makes one; other servers get a copy of that file.",
                                "ls -l " + file)),
                cause);
    }
}
