package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.OsPackage;
import io.keelson.release.OsRelease;
import io.keelson.release.PackageFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What has to hold of a host before any of its packages is changed. Nothing is asked of one that has the level. */
record Conditions(Level level, PackageManager manager) {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long SPARE_BYTES = 64L << 20;

    /** Whoever installs a kernel makes an image of the first file system beside it. */
    private static final long BOOT_IMAGE_BYTES = 160L << 20;

    /** Another release, package manager or architecture. */
    Optional<Problem> otherSystem(Host host) {
        var release = release(host);
        var wanted = level.manifest().release();
        if (release.filter(wanted::covers).isEmpty()) {
            return Optional.of(other("is for " + wanted + ", the host has "
                    + release.map(OsRelease::toString).orElse("no /etc/os-release that says what it is")));
        }
        var format = level.manifest().format();
        var asked = host.programs()
                .run(
                        format == PackageFormat.DEB
                                ? List.of("dpkg", "--print-architecture")
                                : List.of("rpm", "--eval", "%{_arch}"),
                        LIMIT);
        if (!asked.ok()) {
            return Optional.of(other("has packages of the kind " + format.suffix() + ", the host's tools for it say: "
                    + LastWords.of(asked.err())));
        }
        if (!format.fits(asked.out().strip(), level.manifest().architecture())) {
            return Optional.of(Problem.error(
                    ProblemCode.BUNDLE_WRONG_ARCHITECTURE,
                    level + " is for " + level.manifest().architecture() + ", the host's packages are for "
                            + asked.out().strip(),
                    Remedy.advise("Choose a level that was built for the host.", "keelson bundle list")));
        }
        return Optional.empty();
    }

    private Problem other(String why) {
        return Problem.error(
                ProblemCode.HOST_OS_OTHER,
                level + " " + why,
                Remedy.advise("Choose a level of the host's own release.", "cat /etc/os-release"));
    }

    /** os-release(5). */
    private static Optional<OsRelease> release(Host host) {
        var fields = new HashMap<String, String>();
        host.files()
                .read(Path.of("/etc/os-release"))
                .or(() -> host.files().read(Path.of("/usr/lib/os-release")))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("")
                .lines()
                .filter(line -> line.indexOf('=') > 0)
                .forEach(line -> fields.put(
                        line.substring(0, line.indexOf('=')),
                        line.substring(line.indexOf('=') + 1).strip().replaceAll("^[\"']|[\"']$", "")));
        try {
            return Optional.of(new OsRelease(fields.getOrDefault("ID", ""), fields.getOrDefault("VERSION_ID", "")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Held packages, somebody else who changes packages, no way that the package manager finds, or too little room. */
    Optional<Problem> refusal(Host host) {
        var installed = manager.installed(host);
        var changes = Change.of(host, manager, level, installed);
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        return held(changes).or(() -> switch (manager.foresee(host, level, changes)) {
            case Foreseen.NoWay(var why) ->
                Optional.of(Problem.error(
                        ProblemCode.HOST_PACKAGES_UNRESOLVED,
                        level + " cannot be installed as a whole: " + why,
                        Remedy.advise(
                                "Take what is in its way off the host, or build a level that has what is missing.",
                                "keelson bundle show " + level.manifest().name())));
            case Foreseen.Busy(var who) -> Optional.of(PackageLock.busy("somebody else changes packages: " + who));
            case Foreseen.Installs(var names) -> tooLittleRoom(host, names);
        });
    }

    private Optional<Problem> held(List<Change> changes) {
        var held = changes.stream()
                .filter(change -> change.now().filter(InstalledPackage::held).isPresent())
                .map(Change::toString)
                .collect(Collectors.joining(", "));
        return held.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.error(
                        ProblemCode.HOST_PACKAGES_HELD,
                        "packages of " + level + " are held on the host: " + held,
                        Remedy.advise(
                                "Let go of them, or build a level without them.",
                                level.manifest().format() == PackageFormat.DEB
                                        ? "apt-mark showhold"
                                        : "dnf versionlock list")));
    }

    /** As if nothing that is replaced gave room: old and new files are there at once while a package is unpacked. */
    private Optional<Problem> tooLittleRoom(Host host, Set<String> names) {
        var coming = level.manifest().packages().stream()
                .filter(each -> names.contains(each.name()))
                .toList();
        long all = coming.stream().mapToLong(OsPackage::installedSize).sum();
        long boot = coming.stream().mapToLong(OsPackage::bootSize).sum();
        return room(host, Path.of("/usr"), all - boot + SPARE_BYTES)
                .or(() -> room(host, Path.of("/var"), SPARE_BYTES))
                .or(() -> boot == 0 ? Optional.empty() : room(host, Path.of("/boot"), boot + BOOT_IMAGE_BYTES));
    }

    private Optional<Problem> room(Host host, Path place, long needed) {
        long free = host.files().usableBytes(place);
        return free >= needed
                ? Optional.empty()
                : Optional.of(Problem.error(
                        ProblemCode.HOST_DISK_FULL,
                        level + " needs " + ((needed >> 20) + 1) + " MiB at " + place + ", " + (free >> 20)
                                + " MiB are free",
                        Remedy.advise(
                                "Free disk space on the host; the agent tries again by itself.", "df -h " + place)));
    }
}
