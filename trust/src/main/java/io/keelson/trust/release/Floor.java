package io.keelson.trust.release;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Manifest;
import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.JsonLimits;
import io.keelson.trust.json.JsonText;
import io.keelson.trust.json.StrictJson;
import io.keelson.trust.tuf.TufRefusal;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * What the release role has given up: nothing below it may be installed, whoever orders it, also as a rollback. A target
 * like any other, so that it is as fresh and as signed as the releases themselves. JSON, format version 1.
 *
 * @param kubernetes the lowest version that may be installed
 */
public record Floor(KubernetesVersion kubernetes) {
    /** Most bytes that a floor has. */
    public static final int MAXIMUM_BYTES = 4_096;

    private static final String TYPE = "keelson-floor";
    private static final int FORMAT = 1;
    private static final JsonLimits LIMITS = new JsonLimits(MAXIMUM_BYTES, 2, 64);

    /**
     * Reads a floor whose bytes are trusted.
     *
     * @throws io.keelson.problem.ProblemException {@link ProblemCode#TRUST_METADATA_INVALID}: a floor that cannot be read
     *     may be higher than anything
     */
    public static Floor read(byte[] bytes) {
        try {
            var fields = StrictJson.readObject(bytes, LIMITS);
            fields.requireType(TYPE, FORMAT);
            var kubernetes = KubernetesVersion.parse(fields.text("kubernetes"));
            fields.end();
            return new Floor(kubernetes);
        } catch (InvalidJson | IllegalArgumentException e) {
            throw TufRefusal.invalid(ReleaseTargets.FLOOR.path(), e);
        }
    }

    /** What {@link #read} reads. */
    public byte[] bytes() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("_type", TYPE);
        fields.put("formatVersion", FORMAT);
        fields.put("kubernetes", kubernetes.toString());
        return JsonText.write(fields);
    }

    /**
     * Why a bundle may not be installed, if it lies below. A level of an operating system has no floor: an older one
     * brings nothing back, because packages are only ever brought to higher versions.
     */
    public Optional<Problem> refuses(Manifest manifest) {
        return manifest.kubernetesRelease()
                .filter(release -> release.kubernetes().compareTo(kubernetes) < 0)
                .map(release -> Problem.error(
                        ProblemCode.BUNDLE_BELOW_FLOOR,
                        "bundle " + release.name() + " brings Kubernetes " + release.kubernetes()
                                + ", the lowest that may be installed is " + kubernetes,
                        Remedy.advise("Choose a newer bundle.", "keelson bundle list")));
    }
}
