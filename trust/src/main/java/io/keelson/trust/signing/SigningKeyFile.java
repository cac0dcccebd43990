package io.keelson.trust.signing;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.tuf.key.TufKey;
import io.keelson.trust.tuf.key.TufSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;
import org.bouncycastle.pkcs.PKCSException;

/**
 * A signing key in a file, PKCS #8 as PEM, mode 0600: {@code NAME.key}, under a passphrase or, where a person said so, not.
 * Its public half lies beside it as SubjectPublicKeyInfo, {@code NAME.pub}. OpenSSL reads both.
 */
public final class SigningKeyFile {
    private static final String UNPROTECTED = "-----BEGIN PRIVATE KEY-----";
    private static final int MAXIMUM_BYTES = 16_384;
    private static final String KEYGEN = "keelson trust keygen --help";
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private SigningKeyFile() {}

    /**
     * Makes an Ed25519 key and writes it under a passphrase.
     *
     * @throws ProblemException {@link ProblemCode#RELEASE_KEY_INVALID} if the file exists or the passphrase is empty
     */
    public static TufSigner create(Path file, char[] passphrase) {
        if (passphrase.length == 0) {
            throw invalid("the passphrase is empty", "Choose one, or say --no-passphrase.")
                    .asException();
        }
        return write(file, key -> EncryptedKey.encrypt(key, passphrase));
    }

    /**
     * Makes an Ed25519 key that whoever reads the file can use.
     *
     * @throws ProblemException {@link ProblemCode#RELEASE_KEY_INVALID} if the file exists
     */
    public static TufSigner createUnprotected(Path file) {
        return write(file, Pem::encode);
    }

    /**
     * Opens a key file.
     *
     * @param passphrase asked only if the key is under one; overwritten afterwards
     * @throws ProblemException {@link ProblemCode#RELEASE_KEY_INVALID} if it is not there, cannot be read, asks for another
     *     derivation or more than ten million iterations, the passphrase is wrong, or others may read a key without one
     */
    public static TufSigner open(Path file, Supplier<char[]> passphrase) {
        var pem = read(file);
        if (new String(pem, StandardCharsets.US_ASCII).contains(UNPROTECTED)) {
            return unprotected(file, pem);
        }
        var secret = passphrase.get();
        try {
            return TufSigner.of(EncryptedKey.decrypt(pem, secret));
        } catch (IOException | PKCSException | InvalidKeyException | RuntimeException e) {
            // Of malformed ASN.1 Bouncy Castle complains by several unchecked exceptions.
            throw new ProblemException(
                    invalid(
                            file + " cannot be opened: it is no signing key, or the passphrase is wrong",
                            "Check the file and its passphrase."),
                    e);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    /**
     * Reads a public half.
     *
     * @throws ProblemException {@link ProblemCode#RELEASE_KEY_INVALID} if it cannot be read
     */
    public static TufKey publicKey(Path file) {
        try {
            return TufKey.of(Pem.publicKey(read(file)));
        } catch (ProblemException | InvalidKeyException e) {
            throw new ProblemException(
                    invalid(
                            file + " is no public key, or is neither Ed25519 nor ECDSA P-256",
                            "Use the .pub file that was written when the key was made."),
                    e);
        }
    }

    /** The content of a public half. */
    public static byte[] publicPem(PublicKey key) {
        return Pem.encode(key);
    }

    private static TufSigner unprotected(Path file, byte[] pem) {
        requireOwnersOnly(file);
        try {
            return TufSigner.of(Pem.privateKey(pem));
        } catch (ProblemException e) {
            throw new ProblemException(invalid(file + " is no signing key", "Check the file."), e);
        }
    }

    private static void requireOwnersOnly(Path file) {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw Problem.error(
                                ProblemCode.RELEASE_KEY_INVALID,
                                "others may read " + file + ", which has no passphrase",
                                Remedy.advise(
                                        "Keep the key to its owner; if others could have read it, replace the key.",
                                        "chmod 0600 " + file))
                        .asException();
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private interface Encoding {
        byte[] of(PrivateKey key);
    }

    private static TufSigner write(Path file, Encoding encoding) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw invalid("there is a file already: " + file, "Choose another name; a key is never overwritten.")
                    .asException();
        }
        var key = Keys.generate(Algorithm.ED25519).getPrivate();
        AtomicFile.write(file, encoding.of(key), FileMode.SECRET);
        return TufSigner.of(key);
    }

    private static byte[] read(Path file) {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(MAXIMUM_BYTES + 1);
            if (bytes.length > MAXIMUM_BYTES) {
                throw new IOException("larger than any key");
            }
            return bytes;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ProblemException unreadable(Path file, IOException e) {
        return new ProblemException(
                invalid(file + " cannot be read: " + e, "Name the file that keelson trust keygen wrote."), e);
    }

    private static Problem invalid(String what, String advice) {
        return Problem.error(ProblemCode.RELEASE_KEY_INVALID, what, Remedy.advise(advice, KEYGEN));
    }
}
