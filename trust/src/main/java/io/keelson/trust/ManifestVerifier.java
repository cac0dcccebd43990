package io.keelson.trust;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.trust.pki.Keys;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Signature;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides whether a manifest is trusted: over its bytes as received, before anything of it is parsed. */
public final class ManifestVerifier {
    private ManifestVerifier() {}

    /**
     * The manifest, if one of the trusted keys has signed exactly these bytes.
     *
     * @param manifest as received
     * @param signatures the signatures file as received
     * @throws ProblemException {@link ProblemCode#BUNDLE_KEY_UNKNOWN} if no signature is by a trusted key, {@link
     *     ProblemCode#BUNDLE_SIGNATURE_INVALID} if one is but does not match, or the signatures file cannot be read; what
     *     {@link ManifestCodec#read} throws if the signed bytes are no manifest
     */
    public static VerifiedManifest verify(byte[] manifest, byte[] signatures, Collection<ReleasePublicKey> trusted) {
        if (manifest.length > ManifestCodec.MAXIMUM_BYTES) {
            throw Refusal.manifest("the manifest has " + manifest.length + " bytes; at most "
                            + ManifestCodec.MAXIMUM_BYTES + " are read")
                    .asException();
        }
        var received = manifest.clone();
        requireSigned(received, SignaturesCodec.read(signatures), keysById(trusted));
        return new VerifiedManifest(ManifestCodec.read(received), Digest.of(received), received);
    }

    /**
     * The manifest, if it is exactly the one that is vouched for.
     *
     * @param manifest as received
     * @param vouched digest of a manifest's bytes that came over a trusted way, such as a repository's signed metadata
     * @throws ProblemException {@link ProblemCode#BUNDLE_CORRUPT} if it is another one, {@link
     *     ProblemCode#BUNDLE_MANIFEST_INVALID} if it is too large; what {@link ManifestCodec#read} throws if these bytes
     *     are no manifest
     */
    public static VerifiedManifest verify(byte[] manifest, Digest vouched) {
        if (manifest.length > ManifestCodec.MAXIMUM_BYTES) {
            throw Refusal.manifest("the manifest has " + manifest.length + " bytes; at most "
                            + ManifestCodec.MAXIMUM_BYTES + " are read")
                    .asException();
        }
        var received = manifest.clone();
        if (!Digest.of(received).equals(vouched)) {
            throw Refusal.manifestDiffers(vouched).asException();
        }
        return new VerifiedManifest(ManifestCodec.read(received), vouched, received);
    }

    private static void requireSigned(
            byte[] manifest, List<SignaturesCodec.Entry> entries, Map<String, ReleasePublicKey> trusted) {
        boolean byKnownKey = false;
        for (var entry : entries) {
            var key = trusted.get(entry.keyId());
            if (key != null) {
                byKnownKey = true;
                if (isSignedBy(key, manifest, entry.signature())) {
                    return;
                }
            }
        }
        if (byKnownKey) {
            throw Refusal.signature("the manifest is not what the release key has signed")
                    .asException();
        }
        throw Problem.error(
                        ProblemCode.BUNDLE_KEY_UNKNOWN,
                        "the manifest is signed by " + named(entries) + ", and none of the " + trusted.size()
                                + " trusted release keys",
                        Remedy.advise(
                                "Sign the bundle with a trusted release key, or check where it comes from.",
                                "keelson bundle show"))
                .asException();
    }

    private static boolean isSignedBy(ReleasePublicKey key, byte[] manifest, byte[] signature) {
        try {
            var verifier = Signature.getInstance(Keys.algorithmOf(key.key()).signatureAlgorithm());
            verifier.initVerify(key.key());
            verifier.update(manifest);
            return verifier.verify(signature);
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("release key " + key.keyId() + " cannot verify", e);
        } catch (GeneralSecurityException malformedSignature) {
            return false;
        }
    }

    private static Map<String, ReleasePublicKey> keysById(Collection<ReleasePublicKey> trusted) {
        var keys = new HashMap<String, ReleasePublicKey>();
        trusted.forEach(key -> keys.put(key.keyId(), key));
        return keys;
    }

    private static String named(List<SignaturesCodec.Entry> entries) {
        return entries.isEmpty()
                ? "nobody"
                : "key " + entries.getFirst().keyId().substring(0, 12);
    }
}
