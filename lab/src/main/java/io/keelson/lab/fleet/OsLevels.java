package io.keelson.lab.fleet;

import io.keelson.lab.host.LabEnvironment;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Levels of the operating system of the lab's hosts: made by {@code keelson bundle build} of Debian's own packages and of some of
 * the lab's, released by two people, and published. Each is above the one before, and needs a reboot: it brings firmware.
 */
public final class OsLevels {
    /** One that says in each level which it is. */
    public static final String MARKER = "keelson-lab-level";

    /** By its name it is one after which a host is rebooted. */
    private static final String FIRMWARE = "firmware-keelson-lab";

    private static final String PREFIX = "debian-12-lab-";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final KeelsonFleet fleet;
    private final KeelsonTool cli;
    private final Path directory;

    OsLevels(KeelsonFleet fleet, KeelsonTool cli, Path directory) {
        this.fleet = fleet;
        this.cli = cli;
        this.directory = directory;
    }

    /** Patches of Debian 12, which hosts are installed without. */
    public enum Patches {
        /** None. */
        NONE(),
        /** What speaks TLS. */
        TLS("ca-certificates", "libssl3", "openssl"),
        /** What reads XML, and time zones. */
        DATA("libexpat1", "tzdata");

        private final List<String> packages;

        Patches(String... packages) {
            this.packages = List.of(packages);
        }

        private List<Path> files() {
            var patched = LabEnvironment.currentBits().resolve("levels/patched");
            return packages.stream().map(each -> only(patched, each + "_*.deb")).toList();
        }
    }

    /** The next level, with these patches and packages beside the marker and the firmware. */
    public OsLevel publish(Patches patches, LabPackage... others) {
        int number = highest() + 1;
        var name = PREFIX + number;
        var work = directory.resolve(name);
        Trees.remove(work);
        try {
            var files = new ArrayList<>(patches.files());
            var own = Files.createDirectories(work.resolve("packages"));
            var version = number + ".0";
            var ours = Stream.concat(
                            Stream.of(new LabPackage(MARKER, version), new LabPackage(FIRMWARE, version)),
                            Stream.of(others))
                    .toList();
            ours.forEach(each -> files.add(each.build(own)));
            Files.writeString(work.resolve("hosts.status"), anyHost().readFile("/var/lib/dpkg/status"));
            Files.writeString(
                    work.resolve("level.yaml"),
                    description(name, files, ours.stream().map(LabPackage::name).toList()));
            release(work, name);
            return new OsLevel(name, versions(files));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lab's own packages of a level, in a directory on the lab's machine. */
    public Path packages(OsLevel level) {
        return directory.resolve(level.name()).resolve("packages");
    }

    private void release(Path work, String name) {
        var bundle = work.resolve("bundle");
        cli.must("bundle", "build", "-f", work.resolve("level.yaml").toString(), "-o", bundle.toString());
        fleet.releases().trust("add", bundle.toString());
        fleet.releases().sign("alice", "bob");
        fleet.releases().publish();
        fleet.server().copyTo(bundle, "/root/" + name);
        fleet.keelson("bundle", "publish", "/root/" + name);
    }

    private String description(String name, List<Path> files, List<String> required) {
        var text = new StringBuilder("""
                apiVersion: keelson.io/v1alpha1
                kind: OsLevel
                metadata: {name: %s}
                spec:
                  release: {id: debian, version: "12"}
                  format: deb
                  architecture: %s
                  minimumAgent: 0.1.0
                  support: {released: 2026-11-01, standardUntil: 2027-12-28, endOfLife: 2028-12-28}
                  base: hosts.status
                  required: [%s]
                  files:
                """.formatted(name, architecture(), String.join(", ", required)));
        files.forEach(file -> text.append("    - ").append(file).append('\n'));
        return text.toString();
    }

    private String architecture() {
        return anyHost().mustExec("dpkg", "--print-architecture").strip();
    }

    /** All hosts were installed alike. */
    private LabHost anyHost() {
        return fleet.workers().getFirst();
    }

    private int highest() {
        return fleet.keelson("bundle", "list", "-o", "name")
                .lines()
                .map(line -> line.substring(line.lastIndexOf('/') + 1).strip())
                .filter(line -> line.startsWith(PREFIX))
                .map(line -> Integer.parseInt(line.substring(PREFIX.length())))
                .max(Comparator.naturalOrder())
                .orElse(0);
    }

    private Map<String, String> versions(List<Path> files) {
        var versions = new TreeMap<String, String>();
        var tool = new Tool(directory, directory.resolve("fields.log"), Map.of());
        for (var file : files) {
            var fields = tool.must(
                            LIMIT, List.of("dpkg-deb", "--show", "--showformat=${Package} ${Version}", file.toString()))
                    .strip()
                    .split(" ", 2);
            versions.put(fields[0], fields[1]);
        }
        return versions;
    }

    private static Path only(Path directory, String glob) {
        try (var found = Files.newDirectoryStream(directory, glob)) {
            var each = found.iterator();
            if (each.hasNext()) {
                return each.next();
            }
            throw new LabException("no " + glob + " in " + directory + "; run: lab/run setup --only bits");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
