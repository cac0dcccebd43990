package io.keelson.trust.tuf.key;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Optional;
import java.util.Set;

/** A way to sign (TUF 1.0 section 4.2: SCHEME), with the types of keys that go with it. */
public enum KeyScheme {
    /** RFC 8032. */
    ED25519("ed25519", Set.of("ed25519"), "Ed25519"),
    /** NIST P-256 with SHA-256, DER; older repositories call the key's type by the scheme's name. */
    ECDSA_P256("ecdsa-sha2-nistp256", Set.of("ecdsa", "ecdsa-sha2-nistp256"), "SHA256withECDSA"),
    /** RFC 8017, MGF1 with SHA-256 and a salt of 32 bytes. */
    RSA_PSS("rsassa-pss-sha256", Set.of("rsa"), "RSASSA-PSS"),
    /** RFC 8017. */
    RSA_PKCS1("rsa-pkcs1v15-sha256", Set.of("rsa"), "SHA256withRSA");

    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    private final String scheme;
    private final Set<String> keyTypes;
    private final String signatureAlgorithm;

    KeyScheme(String scheme, Set<String> keyTypes, String signatureAlgorithm) {
        this.scheme = scheme;
        this.keyTypes = keyTypes;
        this.signatureAlgorithm = signatureAlgorithm;
    }

    /** The scheme of that name, if keys of that type go with it; empty if this program knows no such pair. */
    static Optional<KeyScheme> of(String keyType, String scheme) {
        for (var known : values()) {
            if (known.scheme.equals(scheme) && known.keyTypes.contains(keyType)) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    /** As it stands in metadata. */
    String schemeName() {
        return scheme;
    }

    /** Ready to be initialised for signing or verifying. */
    Signature signature() throws GeneralSecurityException {
        var signature = Signature.getInstance(signatureAlgorithm);
        if (this == RSA_PSS) {
            try {
                signature.setParameter(PSS);
            } catch (InvalidAlgorithmParameterException e) {
                throw new AssertionError("the Java platform has PSS with SHA-256", e);
            }
        }
        return signature;
    }

    /** Whether a key has signed some bytes; a signature or key that makes no sense has not. */
    boolean verifies(PublicKey key, byte[] bytes, byte[] signed) {
        try {
            var verifier = signature();
            verifier.initVerify(key);
            verifier.update(bytes);
            return verifier.verify(signed);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }
}
