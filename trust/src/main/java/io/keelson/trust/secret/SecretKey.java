package io.keelson.trust.secret;

import io.keelson.release.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A 256-bit key and AES-256-GCM with it (NIST SP 800-38D): a random 96-bit nonce in front, a 128-bit tag behind. Random
 * nonces are safe for 2^32 messages under one key (section 8.3), far above the number of secrets that are ever sealed.
 */
final class SecretKey {
    static final int BYTES = 32;
    static final int ID_BYTES = 8;
    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;
    /** By how much the encrypted text is longer. */
    static final int OVERHEAD = NONCE_BYTES + TAG_BYTES;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeyId id;
    private final byte[] raw;

    private SecretKey(byte[] raw) {
        var sha256 = Digest.sha256();
        sha256.update("keelson secret box key id".getBytes(StandardCharsets.US_ASCII));
        this.id = new SecretKeyId(HexFormat.of().formatHex(sha256.digest(raw), 0, ID_BYTES));
        this.raw = raw.clone();
    }

    static SecretKey of(byte[] raw) {
        if (raw.length != BYTES) {
            throw new IllegalArgumentException("a key has " + BYTES + " bytes");
        }
        return new SecretKey(raw);
    }

    static SecretKey fresh() {
        var raw = new byte[BYTES];
        RANDOM.nextBytes(raw);
        return of(raw);
    }

    SecretKeyId id() {
        return id;
    }

    byte[] raw() {
        return raw.clone();
    }

    /** Nonce, encrypted text, tag. */
    byte[] encrypt(byte[] plain, byte[]... context) {
        var nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        var out = new byte[NONCE_BYTES + plain.length + TAG_BYTES];
        System.arraycopy(nonce, 0, out, 0, NONCE_BYTES);
        try {
            var unused = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plain, 0, plain.length, out, NONCE_BYTES);
            return out;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has AES-256-GCM", e);
        }
    }

    /**
     * What was encrypted.
     *
     * @throws AEADBadTagException if it, or what it is for, was changed
     */
    byte[] decrypt(byte[] encrypted, byte[]... context) throws AEADBadTagException {
        var nonce = new byte[NONCE_BYTES];
        System.arraycopy(encrypted, 0, nonce, 0, NONCE_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, context)
                    .doFinal(encrypted, NONCE_BYTES, encrypted.length - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has AES-256-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[]... context) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(raw, "AES"), new GCMParameterSpec(TAG_BYTES * 8, nonce));
        for (var part : context) {
            cipher.updateAAD(part);
        }
        return cipher;
    }

    /** Never the key. */
    @Override
    public String toString() {
        return "key " + id;
    }
}
