package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.release.OsPackage;
import io.keelson.release.PackageFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The operating system's own package manager: what it is asked, and by which commands it does its work. */
interface PackageManager {
    /** The one for a format. */
    static PackageManager of(PackageFormat format) {
        return switch (format) {
            case DEB -> new Apt();
            case RPM -> new Dnf();
        };
    }

    /** All packages of the host; what was removed but for its configuration is none. */
    List<InstalledPackage> installed(Host host);

    /** Whether the first of two versions is below the second, in this package manager's order. */
    boolean isOlder(Host host, String version, String than);

    /** The files by whose locks it keeps others out. */
    List<Path> locks();

    /** Files that hold the number of the process by which others are kept out; beside the locks. */
    default List<Path> pidFiles() {
        return List.of();
    }

    /** What somebody who was cut short has left to be done before anything else can be; empty if nothing is. */
    Optional<Unfinished> unfinished(Host host, Level level, List<InstalledPackage> installed);

    /** @param what in a person's words  @param mending the command that brings it to its end */
    record Unfinished(String what, List<String> mending) {}

    /**
     * What it would do; changes nothing.
     *
     * @param changes packages of the level that the host has in lower versions, or has to have and has not
     */
    Foreseen foresee(Host host, Level level, List<Change> changes);

    /** The command that brings the level to the host, as one transaction. */
    List<String> transaction(Level level, List<Change> changes);

    /** Files of packages that are not as the package database says, but for configuration; one line for each. */
    List<String> differences(Host host, List<OsPackage> packages);
}
