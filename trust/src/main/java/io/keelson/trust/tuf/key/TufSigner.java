package io.keelson.trust.tuf.key;

import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.tuf.TufRefusal;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.HexFormat;

/** Signs metadata: with a private key that is open in memory, or with one that does not leave its token. */
public final class TufSigner {
    private final PrivateKey key;
    private final Signatures signatures;
    private final TufKey publicKey;

    private interface Signatures {
        Signature fresh() throws GeneralSecurityException;
    }

    private TufSigner(PrivateKey key, Signatures signatures, TufKey publicKey) {
        this.key = key;
        this.signatures = signatures;
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
            var scheme = TufKey.schemeOf(Keys.algorithmOf(key));
            return new TufSigner(key, scheme::signature, TufKey.of(Keys.publicKeyOf(key)));
        } catch (GeneralSecurityException e) {
            throw TufRefusal.signing("a signing key is neither Ed25519 nor ECDSA P-256", e);
        }
    }

    /**
     * A signer with a key that does not leave its token.
     *
     * @param key a handle, whose encoding is nobody's to know
     * @param publicKey its other half
     * @param token signs with it
     * @throws io.keelson.problem.ProblemException {@link io.keelson.problem.ProblemCode#TRUST_SIGNING_REFUSED} if it is
     *     neither Ed25519 nor ECDSA P-256, or the token cannot sign by it
     */
    public static TufSigner of(PrivateKey key, PublicKey publicKey, Provider token) {
        try {
            Algorithm algorithm = Keys.algorithmOf(publicKey);
            var name = algorithm.signatureAlgorithm();
            if (token.getService("Signature", name) == null) {
                throw new GeneralSecurityException("the token does not know " + name);
            }
            return new TufSigner(key, () -> Signature.getInstance(name, token), TufKey.of(publicKey));
        } catch (GeneralSecurityException e) {
            throw TufRefusal.signing("the token has no Ed25519 or ECDSA P-256 key that it can sign with", e);
        }
    }

    /** The half that others are told. */
    public TufKey key() {
        return publicKey;
    }

    /**
     * The signature over some bytes, hexadecimal.
     *
     * @throws io.keelson.problem.ProblemException {@link io.keelson.problem.ProblemCode#TRUST_SIGNING_REFUSED} if the
     *     token does not sign, for instance because it was taken out
     */
    public String sign(byte[] bytes) {
        try {
            var signature = signatures.fresh();
            signature.initSign(key);
            signature.update(bytes);
            return HexFormat.of().formatHex(signature.sign());
        } catch (GeneralSecurityException | ProviderException e) {
            throw TufRefusal.unsigned(e);
        }
    }
}
