package io.keelson.trust.release;

import io.keelson.release.BundleName;
import io.keelson.trust.tuf.content.TargetPath;
import java.util.Optional;
import java.util.regex.Pattern;

/** What Keelson's targets are called in a release repository. */
public final class ReleaseTargets {
    /** The {@link Floor}; there may be none. */
    public static final TargetPath FLOOR = new TargetPath("floor.json");

    private static final Pattern MANIFEST = Pattern.compile("bundles/([^/]{1,63})/manifest\\.json");

    private ReleaseTargets() {}

    /** A bundle's manifest: who lists it has released the bundle. */
    public static TargetPath manifest(BundleName bundle) {
        return new TargetPath("bundles/" + bundle + "/manifest.json");
    }

    /** The bundle whose manifest a target is, if it is one's. */
    public static Optional<BundleName> bundle(String target) {
        var match = MANIFEST.matcher(target);
        try {
            return match.matches() ? Optional.of(new BundleName(match.group(1))) : Optional.empty();
        } catch (IllegalArgumentException notABundlesName) {
            return Optional.empty();
        }
    }
}
