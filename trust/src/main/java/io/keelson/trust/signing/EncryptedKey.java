package io.keelson.trust.signing;

import io.keelson.trust.pki.Keys;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
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

/** PKCS #8 under a passphrase: PBES2 with PBKDF2 over HMAC-SHA-256, and AES-256-CBC. */
final class EncryptedKey {
    private static final String TYPE = "ENCRYPTED PRIVATE KEY";
    private static final int ITERATIONS = 600_000;
    private static final BigInteger MAXIMUM_ITERATIONS = BigInteger.valueOf(10_000_000);

    private EncryptedKey() {}

    static PrivateKey decrypt(byte[] pem, char[] passphrase) throws IOException, PKCSException, InvalidKeyException {
        var encrypted = new PKCS8EncryptedPrivateKeyInfo(der(pem));
        requireBounded(encrypted);
        var decryptor = new JcePKCSPBEInputDecryptorProviderBuilder()
                .setProvider(new BouncyCastleProvider())
                .build(passphrase);
        return Keys.privateKey(encrypted.decryptPrivateKeyInfo(decryptor).getEncoded());
    }

    static byte[] encrypt(PrivateKey key, char[] passphrase) {
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
            throw new UncheckedIOException("cannot encode the key", e);
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

    private static byte[] der(byte[] pem) throws IOException {
        try (var reader = new PemReader(new StringReader(new String(pem, StandardCharsets.US_ASCII)))) {
            var block = reader.readPemObject();
            if (block == null || !block.getType().equals(TYPE) || reader.readPemObject() != null) {
                throw new IOException("not one PEM " + TYPE);
            }
            return block.getContent();
        }
    }
}
