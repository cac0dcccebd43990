package io.keelson.cli.release.os;

import io.keelson.cli.release.Source;
import io.keelson.release.PackageFormat;
import java.nio.file.Path;
import java.util.List;

/** How packages of a format are read, resolved and checked. */
interface Packaging {
    static Packaging of(PackageFormat format, Tools tools) {
        return switch (format) {
            case DEB -> new DebPackaging(tools);
            case RPM -> new RpmPackaging(tools);
        };
    }

    /**
     * What a package says of itself.
     *
     * @throws io.keelson.problem.ProblemException RELEASE_DESCRIPTION_INVALID if it is none
     */
    PackageFile read(Path file, Source source);

    /**
     * Finds in repositories what a host that has the base needs to come to the level; what it names is signed as they say.
     *
     * @param work an empty directory
     * @throws io.keelson.problem.ProblemException RELEASE_DESCRIPTION_INVALID, RELEASE_SOURCE_UNAVAILABLE if they cannot be read
     *     or trusted, RELEASE_PACKAGES_INCOMPLETE with what they lack, as the package manager says it
     */
    List<Source.Remote> resolve(LevelDescription level, LevelDescription.Resolve wanted, Path work);

    /**
     * Sees to it that a host which has the base can have all of the packages with nothing else.
     *
     * @param work an empty directory
     * @throws io.keelson.problem.ProblemException RELEASE_PACKAGES_INCOMPLETE with what is missing, as the package manager says it
     */
    void requireClosed(LevelDescription level, List<PackageFile> packages, Path work);

    /**
     * Files that the package manager needs beside the packages, in a directory made for it.
     *
     * @param packages directory with the files by their names in the bundle
     */
    List<Path> index(Path packages);
}
