package io.keelson.trust;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleFile;
import io.keelson.release.Manifest;
import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.JsonLimits;
import io.keelson.trust.json.StrictJson;
import java.util.Comparator;

/**
 * The manifest's format: JSON with {@code "_type": "bundle"} for a release of Kubernetes, {@code "os-bundle"} for a level of an
 * operating system, and {@code "formatVersion": 1}. What is written has no white
 * space and sorted names, so that the same manifest has the same bytes; what is read may be laid out otherwise, because
 * the signature is over the bytes as received.
 */
public final class ManifestCodec {
    /** What a manifest may have at most, in bytes; the cap that TUF puts on targets metadata. */
    public static final int MAXIMUM_BYTES = 5_000_000;

    static final String TYPE = "bundle";
    static final String OS_TYPE = "os-bundle";
    static final int FORMAT_VERSION = 1;
    private static final JsonLimits LIMITS = new JsonLimits(MAXIMUM_BYTES, 8, 1_048_576);

    private ManifestCodec() {}

    /**
     * The manifest that some bytes mean. Says nothing about who wrote them: see {@link ManifestVerifier}.
     *
     * @throws ProblemException {@link ProblemCode#BUNDLE_UNSAFE_PATH} if an entry could land outside the bundle or clash
     *     with another, {@link ProblemCode#BUNDLE_MANIFEST_INVALID} for everything else that is not exactly as it must be
     */
    public static Manifest read(byte[] bytes) {
        try {
            var root = StrictJson.readObject(bytes, LIMITS);
            Manifest manifest =
                    root.text("_type").equals(OS_TYPE) ? OsManifestReader.read(root) : ManifestReader.read(root);
            BundleTree.check(manifest.files());
            ManifestRules.check(manifest);
            return manifest;
        } catch (InvalidJson e) {
            throw new ProblemException(Refusal.manifest("the manifest cannot be read: " + e.getMessage()), e);
        }
    }

    /**
     * The bytes of a manifest; its files are sorted by path.
     *
     * @throws ProblemException as {@link #read} would: nothing is written that could not be read again
     */
    public static byte[] write(Manifest manifest) {
        var files = manifest.files().stream()
                .sorted(Comparator.comparing(BundleFile::path))
                .toList();
        var bytes = ManifestWriter.write(manifest, files);
        read(bytes);
        return bytes;
    }
}
