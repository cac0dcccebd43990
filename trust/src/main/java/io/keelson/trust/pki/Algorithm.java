package io.keelson.trust.pki;

/** The two kinds of keys that Keelson makes and accepts. */
public enum Algorithm {
    /** RFC 8032; signs releases. */
    ED25519("Ed25519", "Ed25519"),
    /** NIST P-256 with SHA-256; what TLS stacks and Kubernetes all understand. */
    ECDSA_P256("EC", "SHA256withECDSA");

    private final String keyAlgorithm;
    private final String signatureAlgorithm;

    Algorithm(String keyAlgorithm, String signatureAlgorithm) {
        this.keyAlgorithm = keyAlgorithm;
        this.signatureAlgorithm = signatureAlgorithm;
    }

    /** The name of key factories (Java Security Standard Algorithm Names). */
    String keyAlgorithm() {
        return keyAlgorithm;
    }

    /** The name for {@link java.security.Signature}. */
    public String signatureAlgorithm() {
        return signatureAlgorithm;
    }
}
