package io.keelson.cli.release.os;

import io.keelson.release.BundleName;
import io.keelson.release.Manifest.Support;
import io.keelson.release.OsRelease;
import io.keelson.release.PackageFormat;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a person wrote about a level, read and checked.
 *
 * @param file of the description; the lock lies beside it
 * @param required names of packages that a host is to have
 * @param reboot names of packages that need a reboot; a star stands for any letters
 * @param files package files, and directories of such
 * @param base the package database of a host as every host has it at least: dpkg's status file, or a copy of
 *     {@code /var/lib/rpm}; without one the level has to be complete in itself
 * @param resolve what is looked for in repositories
 */
public record LevelDescription(
        Path file,
        BundleName name,
        OsRelease release,
        PackageFormat format,
        String architecture,
        String minimumAgent,
        Support support,
        List<String> required,
        List<String> reboot,
        List<Path> files,
        Optional<Path> base,
        Optional<Resolve> resolve) {
    public LevelDescription {
        required = List.copyOf(required);
        reboot = List.copyOf(reboot);
        files = List.copyOf(files);
    }

    /**
     * Packages of repositories.
     *
     * @param sources apt's list of them (sources.list(5)), or dnf's (dnf.conf(5), repo options)
     * @param packages names beside the required ones; what the base has is brought to the highest versions in any case
     */
    public record Resolve(Path sources, List<String> packages) {
        public Resolve {
            packages = List.copyOf(packages);
        }
    }

    /** Where it is written down what was resolved, so that the same description gives the same level. */
    Path lock() {
        return file.resolveSibling(file.getFileName() + ".lock");
    }

    boolean needsReboot(String name) {
        return reboot.stream().anyMatch(each -> matches(each, name));
    }

    private static boolean matches(String pattern, String name) {
        var parts = Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).toList();
        return name.matches(String.join(".*", parts));
    }
}
