package io.keelson.trust;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.List;

/** Signs manifests with a release key that is open in memory. */
public final class ReleaseSigner {
    private final PrivateKey key;
    private final Algorithm algorithm;
    private final ReleasePublicKey publicKey;

    private ReleaseSigner(PrivateKey key, Algorithm algorithm, ReleasePublicKey publicKey) {
        this.key = key;
        this.algorithm = algorithm;
        this.publicKey = publicKey;
    }

    /**
     * A signer with a private key.
     *
     * @throws ProblemException {@link ProblemCode#RELEASE_KEY_INVALID} if the key is neither Ed25519 nor ECDSA P-256
     */
    public static ReleaseSigner of(PrivateKey key) {
        try {
            var algorithm = Keys.algorithmOf(key);
            return new ReleaseSigner(key, algorithm, ReleasePublicKey.of(Keys.publicKeyOf(key)));
        } catch (GeneralSecurityException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.RELEASE_KEY_INVALID,
                            "the release key is neither Ed25519 nor ECDSA P-256",
                            Remedy.advise("Make a release key with Keelson.", "keelson bundle keygen --help")),
                    e);
        }
    }

    /** The half of the key that hosts are told to trust. */
    public ReleasePublicKey publicKey() {
        return publicKey;
    }

    /**
     * The signatures file for a manifest, with one signature over exactly these bytes.
     *
     * @throws ProblemException {@link ProblemCode#BUNDLE_MANIFEST_INVALID} or {@link ProblemCode#BUNDLE_UNSAFE_PATH} if
     *     no host would accept the manifest
     */
    public byte[] sign(byte[] manifest) {
        ManifestCodec.read(manifest);
        try {
            var signature = Signature.getInstance(algorithm.signatureAlgorithm());
            signature.initSign(key);
            signature.update(manifest);
            var entry = SignaturesCodec.Entry.of(publicKey.keyId(), signature.sign());
            return SignaturesCodec.write(List.of(entry));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the release key cannot sign", e);
        }
    }
}
