package io.keelson.agent.artifact;

import io.keelson.release.BundleName;
import io.keelson.trust.bundle.BlobSource;
import io.keelson.trust.bundle.BundleDirectory;

/** Where bundles come from. Nothing that it gives is trusted. */
public interface ReleaseSource {
    /**
     * The manifest of a bundle and its signatures, as they were published.
     *
     * @throws io.keelson.problem.ProblemException if it cannot be had
     */
    SignedManifest manifest(BundleName bundle);

    /** The bundles' bytes. A failure that a person should know is the cause of the {@link java.io.IOException}. */
    BlobSource blobs();

    /** Bytes as received. */
    record SignedManifest(byte[] manifest, byte[] signatures) {}

    /** One bundle that lies in a directory of this host. */
    static ReleaseSource of(BundleDirectory directory) {
        return new ReleaseSource() {
            @Override
            public SignedManifest manifest(BundleName bundle) {
                return new SignedManifest(directory.manifestBytes(), directory.signatureBytes());
            }

            @Override
            public BlobSource blobs() {
                return directory.source();
            }
        };
    }
}
