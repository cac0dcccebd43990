package io.keelson.cli.release.os;

import io.keelson.cli.release.Source;
import java.nio.file.Path;

/**
 * A package's file on this machine, and what it says of itself.
 *
 * @param source where its bytes come from
 * @param installedSize bytes
 * @param bootSize bytes below {@code /boot}
 */
record PackageFile(
        Path file, Source source, String name, String version, String architecture, long installedSize, long bootSize) {
    /** The same by another name. */
    PackageFile at(Path other) {
        return new PackageFile(other, source, name, version, architecture, installedSize, bootSize);
    }

    /** Its name in the bundle: made of what it says, so that the same package has the same path whatever its file is called. */
    String path(String suffix) {
        return "packages/" + name + "_" + version.replace(":", "-") + "_" + architecture + "." + suffix;
    }
}
