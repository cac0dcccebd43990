package io.keelson.trust.snapshot;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.GenericKey;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.jcajce.JceGenericKey;

/**
 * AES-256-GCM with a fresh key, by the JVM's own AES, which is many times as fast as Bouncy Castle's; that one's builder
 * cannot use it, since it asks for algorithms by their numbers. For one message.
 */
final class GcmEncryptor implements OutputAEADEncryptor {
    private static final int TAG_BYTES = 16;
    private static final int CHUNK = 64 << 10;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final AlgorithmIdentifier algorithm;
    private final SecretKeySpec key;
    private final Cipher cipher;
    private byte[] tag = new byte[0];

    GcmEncryptor() throws GeneralSecurityException {
        var nonce = random(12);
        algorithm = new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_GCM, new GCMParameters(nonce, TAG_BYTES));
        key = new SecretKeySpec(random(32), "AES");
        cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    }

    private static byte[] random(int bytes) {
        var random = new byte[bytes];
        RANDOM.nextBytes(random);
        return random;
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
        return algorithm;
    }

    @Override
    public GenericKey getKey() {
        return new JceGenericKey(algorithm, key);
    }

    @Override
    public OutputStream getOutputStream(OutputStream encrypted) {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] from, int start, int length) throws IOException {
                for (int at = 0; at < length; at += CHUNK) {
                    var out = cipher.update(from, start + at, Math.min(CHUNK, length - at));
                    if (out != null) {
                        encrypted.write(out);
                    }
                }
            }

            @Override
            public void close() throws IOException {
                try {
                    var last = cipher.doFinal();
                    encrypted.write(last, 0, last.length - TAG_BYTES);
                    tag = Arrays.copyOfRange(last, last.length - TAG_BYTES, last.length);
                } catch (GeneralSecurityException e) {
                    throw new IOException("cannot encrypt", e);
                }
                encrypted.flush(); // whoever gave it closes it
            }
        };
    }

    /** Nothing is authenticated beside the content. */
    @Override
    public OutputStream getAADStream() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public byte[] getMAC() {
        return tag.clone();
    }
}
