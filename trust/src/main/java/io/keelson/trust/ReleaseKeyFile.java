package io.keelson.trust;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.util.PBKDF2Config;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/**
 * The offline half of a release key: PKCS #8 under a passphrase (PBES2: PBKDF2 with HMAC-SHA-256, AES-256-CBC), as PEM,
 * mode 0600. OpenSSL reads it too.
 */
public final class ReleaseKeyFile {
    private static final String TYPE = "ENCRYPTED PRIVATE KEY";
    private static final int ITERATIONS = 600_000;
    private static final BigInteger MAXIMUM_ITERATIONS = BigInteger.valueOf(10_000_000);
    private static final int MAXIMUM_BYTES = 16_384;

    private ReleaseKeyFile() {}

    /**
     * Makes an Ed25519 key and writes it.
     *
     * @throws ProblemException {@link ProblemCode#RELEASE_KEY_INVALID} if the file exists or the passphrase is empty
     */
    public static ReleaseSigner create(Path file, char[] passphrase) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw invalid(
                            "there is a file already: " + file,
                            "Choose another file; a release key is never overwritten.")
                    .asException();
        }
        if (passphrase.length == 0) {
            throw invalid("the passphrase is empty", "Give the release key a passphrase.")
                    .asException();
        }
        var key = Keys.generate(Algorithm.ED25519).getPrivate();
        AtomicFile.write(file, encrypt(key, passphrase), FileMode.SECRET);
        return ReleaseSigner.of(key);
    }

    /**
     * Opens a key file.
     *
     * @throws ProblemException {@link ProblemCode#RELEASE_KEY_INVALID} if it is not there, cannot be read, asks for
     *     another derivation or more than ten million iterations, or the passphrase is wrong
     */
    public static ReleaseSigner open(Path file, char[] passphrase) {
        var unreadable = invalid(
                file + " cannot be opened: it is no encrypted release key, or the passphrase is wrong",
                "Check the file and its passphrase.");
        try {
            var encrypted = new PKCS8EncryptedPrivateKeyInfo(derOf(file));
            requireBounded(encrypted);
            var decryptor = new JcePKCSPBEInputDecryptorProviderBuilder()
                    .setProvider(new BouncyCastleProvider())
                    .build(passphrase);
            var info = encrypted.decryptPrivateKeyInfo(decryptor);
            return ReleaseSigner.of(Keys.privateKey(info.getEncoded()));
        } catch (ProblemException refused) {
            throw refused;
        } catch (IOException | PKCSException | InvalidKeyException | RuntimeException e) {
            // Of malformed ASN.1 Bouncy Castle complains by several unchecked exceptions.
            throw new ProblemException(unreadable, e);
        }
    }

    /** Before anything is derived: a file may ask for years of processor time, or, by another function, for all memory. */
    private static void requireBounded(PKCS8EncryptedPrivateKeyInfo encrypted) throws IOException {
        var scheme = encrypted.toASN1Structure().getEncryptionAlgorithm();
        if (!scheme.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)) {
            throw new IOException("not PBES2");
        }
        var derivation = PBES2Parameters.getInstance(scheme.getParameters()).getKeyDerivationFunc();
        if (!derivation.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
            throw new IOException("not PBKDF2");
        }
        var iterations = PBKDF2Params.getInstance(derivation.getParameters()).getIterationCount();
        if (iterations.signum() <= 0 || iterations.compareTo(MAXIMUM_ITERATIONS) > 0) {
            throw new IOException("asks for " + iterations.bitLength() + " bits of iterations");
        }
    }

    private static byte[] derOf(Path file) throws IOException {
        if (Files.size(file) > MAXIMUM_BYTES) {
            throw new IOException("larger than any key");
        }
        try (var reader = new PemReader(new StringReader(Files.readString(file, StandardCharsets.US_ASCII)))) {
            var block = reader.readPemObject();
            if (block == null || !block.getType().equals(TYPE) || reader.readPemObject() != null) {
                throw new IOException("not one PEM " + TYPE);
            }
            return block.getContent();
        }
    }

    private static byte[] encrypt(PrivateKey key, char[] passphrase) {
        var derivation = new PBKDF2Config.Builder()
                .withPRF(PBKDF2Config.PRF_SHA256)
                .withIterationCount(ITERATIONS)
                .withSaltLength(16)
                .build();
        try (var text = new StringWriter();
                var writer = new PemWriter(text)) {
            var encryptor = new JcePKCSPBEOutputEncryptorBuilder(derivation, NISTObjectIdentifiers.id_aes256_CBC)
                    .setProvider(new BouncyCastleProvider())
                    .build(passphrase);
            var encrypted = new PKCS8EncryptedPrivateKeyInfoBuilder(PrivateKeyInfo.getInstance(key.getEncoded()))
                    .build(encryptor);
            writer.writeObject(new PemObject(TYPE, encrypted.getEncoded()));
            writer.flush();
            return text.toString().getBytes(StandardCharsets.US_ASCII);
        } catch (OperatorCreationException e) {
            throw new AssertionError("Bouncy Castle encrypts with AES-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot encode the release key", e);
        }
    }

    private static Problem invalid(String what, String advice) {
        return Problem.error(ProblemCode.RELEASE_KEY_INVALID, what, Remedy.advise(advice));
    }
}
