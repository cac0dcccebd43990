package io.keelson.trust;

import io.keelson.release.BundleFile.Encoding;
import io.keelson.release.BundleFile.Regular;
import io.keelson.release.BundleManifest;
import io.keelson.release.Digest;
import io.keelson.release.Manifest;
import io.keelson.release.OsManifest;
import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.Quoted;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/** What the fields of a manifest must mean together. */
final class ManifestRules {
    /** One tebibyte: far above any release, far below where sizes overflow. */
    static final long MAXIMUM_TOTAL_BYTES = 1L << 40;

    private ManifestRules() {}

    static void check(Manifest manifest) throws InvalidJson {
        var regulars = new HashMap<String, Regular>();
        for (var file : manifest.files()) {
            if (file instanceof Regular regular) {
                regulars.put(regular.path(), regular);
            }
        }
        checkSizes(manifest, regulars);
        checkBlobs(regulars);
        switch (manifest) {
            case BundleManifest release -> checkReferences(release, regulars);
            case OsManifest level -> OsManifestRules.check(level, regulars);
        }
        var support = manifest.support();
        if (support.released().isAfter(support.standardUntil())
                || support.standardUntil().isAfter(support.endOfLife())) {
            throw new InvalidJson("$.support has dates that are not in order");
        }
    }

    private static void checkSizes(Manifest manifest, Map<String, Regular> regulars) throws InvalidJson {
        // At most 50,000 files of at most 2^40 bytes cannot overflow.
        long sum = regulars.values().stream().mapToLong(Regular::size).sum();
        if (sum != manifest.totalSize()) {
            throw new InvalidJson("$.totalSize is " + manifest.totalSize() + ", but the files sum up to " + sum);
        }
        if (sum > MAXIMUM_TOTAL_BYTES) {
            throw new InvalidJson("$.totalSize is more than " + MAXIMUM_TOTAL_BYTES);
        }
    }

    private static void checkBlobs(Map<String, Regular> regulars) throws InvalidJson {
        var byBlob = new HashMap<Digest, Regular>();
        for (var file : regulars.values()) {
            var blob = file.blob();
            if (blob.encoding() == Encoding.IDENTITY
                    && !(blob.digest().equals(file.digest()) && blob.size() == file.size())) {
                throw new InvalidJson(
                        "the blob of " + Quoted.text(file.path()) + " is not packed, yet differs from it");
            }
            var other = byBlob.putIfAbsent(blob.digest(), file);
            if (other != null && !isSameContent(other, file)) {
                throw new InvalidJson("one blob is said to be two things: " + Quoted.text(other.path()) + " and "
                        + Quoted.text(file.path()));
            }
        }
    }

    private static boolean isSameContent(Regular one, Regular other) {
        return one.blob().equals(other.blob()) && one.digest().equals(other.digest()) && one.size() == other.size();
    }

    private static void checkReferences(BundleManifest manifest, Map<String, Regular> regulars) throws InvalidJson {
        for (var component : manifest.components().entrySet()) {
            var binary = regulars.get(component.getValue().binary());
            if (binary == null || !binary.executable()) {
                throw new InvalidJson("the binary of component " + component.getKey()
                        + " is not an executable file of the bundle: "
                        + Quoted.text(component.getValue().binary()));
            }
        }
        var references = new HashSet<String>();
        for (var image : manifest.images()) {
            if (!regulars.containsKey(image.path())) {
                throw new InvalidJson("image " + image.reference() + " is not a file of the bundle");
            }
            if (!references.add(image.reference())) {
                throw new InvalidJson("image " + image.reference() + " is there twice");
            }
        }
        var addons = new HashSet<String>();
        for (var addon : manifest.addons()) {
            if (!addons.add(addon.name())) {
                throw new InvalidJson("add-on " + addon.name() + " is there twice");
            }
        }
    }
}
