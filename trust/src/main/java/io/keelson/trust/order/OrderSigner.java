package io.keelson.trust.order;

import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;

/**
 * Signs a server's orders. Safe for use by several threads.
 *
 * @param key ECDSA P-256
 * @param certificate names the director ({@link io.keelson.trust.pki.DirectorUri}) and is for that key
 */
public record OrderSigner(PrivateKey key, X509Certificate certificate) {
    public OrderSigner {
        try {
            if (Keys.algorithmOf(key) != Algorithm.ECDSA_P256
                    || !Keys.publicKeyOf(key).equals(certificate.getPublicKey())) {
                throw new IllegalArgumentException("the certificate is for another key");
            }
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("not a key that can sign orders", e);
        }
    }

    /** The signature over an order's bytes, DER. */
    public byte[] sign(byte[] payload) {
        try {
            var signature = Signature.getInstance(Algorithm.ECDSA_P256.signatureAlgorithm());
            signature.initSign(key);
            signature.update(OrderEnvelope.encode(payload));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the director's key cannot sign", e);
        }
    }

    @Override
    public String toString() {
        return "OrderSigner[" + certificate.getSubjectX500Principal() + "]";
    }
}
