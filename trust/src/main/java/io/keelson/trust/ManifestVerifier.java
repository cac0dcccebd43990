package io.keelson.trust;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;

/** Decides whether a manifest is the trusted one: over its bytes as received, before anything of it is parsed. */
public final class ManifestVerifier {
    private ManifestVerifier() {}

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
}
