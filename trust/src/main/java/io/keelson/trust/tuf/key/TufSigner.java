package io.keelson.trust.tuf.key;

import io.keelson.trust.pki.Keys;
import io.keelson.trust.tuf.TufRefusal;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.HexFormat;

/** Signs metadata with a private key that is open in memory. */
public final class TufSigner {
    private final PrivateKey key;
    private final KeyScheme scheme;
    private final TufKey publicKey;

    private TufSigner(PrivateKey key, KeyScheme scheme, TufKey publicKey) {
        this.key = key;
        this.scheme = scheme;
        this.publicKey = publicKey;
    }

    /**
     * A signer with a private key.
     *
     * @throws io.keelson.problem.ProblemException {@link io.keelson.problem.ProblemCode#TRUST_SIGNING_REFUSED} if it is
     *     neither Ed25519 nor ECDSA P-256
     */
    public static TufSigner of(PrivateKey key) {
        try {
            return new TufSigner(key, TufKey.schemeOf(Keys.algorithmOf(key)), TufKey.of(Keys.publicKeyOf(key)));
        } catch (GeneralSecurityException e) {
            throw TufRefusal.signing("a signing key is neither Ed25519 nor ECDSA P-256", e);
        }
    }

    /** The half that others are told. */
    public TufKey key() {
        return publicKey;
    }

    /** The signature over some bytes, hexadecimal. */
    public String sign(byte[] bytes) {
        try {
            var signature = scheme.signature();
            signature.initSign(key);
            signature.update(bytes);
            return HexFormat.of().formatHex(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key cannot sign", e);
        }
    }
}
