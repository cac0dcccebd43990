package io.keelson.trust;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import java.security.InvalidKeyException;
import java.security.PublicKey;

/**
 * A key whose signature makes a bundle trusted.
 *
 * @param keyId SHA-256 of the key's SubjectPublicKeyInfo, 64 hexadecimal digits; recomputed, never believed
 * @param key Ed25519 or ECDSA P-256
 */
public record ReleasePublicKey(String keyId, PublicKey key) {
    public ReleasePublicKey {
        if (!Keys.spkiDigest(key).hex().equals(keyId)) {
            throw new IllegalArgumentException("key id " + keyId + " is not the digest of its key");
        }
    }

    /**
     * Reads a PEM public key.
     *
     * @throws ProblemException {@link ProblemCode#RELEASE_KEY_INVALID} if it cannot be read
     */
    public static ReleasePublicKey ofPem(byte[] pem) {
        try {
            return of(Pem.publicKey(pem));
        } catch (ProblemException e) {
            throw new ProblemException(invalid(), e);
        }
    }

    /**
     * Reads a SubjectPublicKeyInfo in DER.
     *
     * @throws ProblemException {@link ProblemCode#RELEASE_KEY_INVALID} if it cannot be read
     */
    public static ReleasePublicKey ofDer(byte[] der) {
        try {
            return of(Keys.publicKey(der));
        } catch (InvalidKeyException e) {
            throw new ProblemException(invalid(), e);
        }
    }

    /** A key with the id that belongs to it. */
    public static ReleasePublicKey of(PublicKey key) {
        return new ReleasePublicKey(Keys.spkiDigest(key).hex(), key);
    }

    /** The key as PEM. */
    public byte[] pem() {
        return Pem.encode(key);
    }

    /** The key as SubjectPublicKeyInfo, DER. */
    public byte[] der() {
        return key.getEncoded();
    }

    private static Problem invalid() {
        return Problem.error(
                ProblemCode.RELEASE_KEY_INVALID,
                "the release key cannot be read, or is neither Ed25519 nor ECDSA P-256",
                Remedy.advise(
                        "Use the .pub file that was written when the release key was made.",
                        "keelson bundle keygen --help"));
    }
}
