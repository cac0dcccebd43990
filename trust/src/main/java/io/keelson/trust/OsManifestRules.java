package io.keelson.trust;

import io.keelson.release.BundleFile.Regular;
import io.keelson.release.OsManifest;
import io.keelson.release.OsPackage;
import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.Quoted;
import java.util.HashSet;
import java.util.Map;

/** What the packages of a level must mean together. */
final class OsManifestRules {
    private OsManifestRules() {}

    static void check(OsManifest level, Map<String, Regular> regulars) throws InvalidJson {
        if (level.packages().isEmpty()) {
            throw new InvalidJson("$.packages is empty");
        }
        var keys = new HashSet<String>();
        var paths = new HashSet<String>();
        OsPackage before = null;
        for (var each : level.packages()) {
            if (!keys.add(each.key())) {
                throw new InvalidJson("package " + each.key() + " is there twice");
            }
            if (before != null && before.compareTo(each) > 0) {
                throw new InvalidJson("package " + each.key() + " is not in its order");
            }
            before = each;
            if (!level.format().fits(each.architecture(), level.architecture())) {
                throw new InvalidJson("package " + each.key() + " is not for " + level.architecture());
            }
            var file = regulars.get(each.path());
            // The suffix is how package managers tell a file from a package's name.
            if (file == null
                    || file.executable()
                    || !each.path().endsWith("." + level.format().suffix())) {
                throw new InvalidJson("the file of package " + each.key() + " is not a "
                        + level.format().suffix() + " of the bundle: " + Quoted.text(each.path()));
            }
            if (!paths.add(each.path())) {
                throw new InvalidJson("two packages are one file: " + Quoted.text(each.path()));
            }
            if (each.bootSize() > each.installedSize()) {
                throw new InvalidJson("package " + each.key() + " has more below /boot than at all");
            }
        }
    }
}
