package io.keelson.lab.fleet;

import io.keelson.lab.host.LabEnvironment;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.Progress;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What gets installed: RPMs of this checkout, and a bundle made of the lab's bits, released by the lab's
 * people. Kept in the cache under a digest of what they are made of, and made only when that changes.
 *
 * @param bundle a bundle's directory
 * @param archive the same as a tar file
 * @param repository releases the bundle; each fleet has a copy of its own
 */
public record Artifacts(
        Path project, Path serverRpm, Path agentRpm, Path bundle, Path archive, People people, Path repository) {
    /** The bundle's name. */
    public static final String BUNDLE = "kubernetes-1.20.2-1";

    private static final Duration BUILD_LIMIT = Duration.ofMinutes(15);

    /** Makes what is missing. */
    public static Artifacts prepare(Progress progress) {
        var project = LabEnvironment.project();
        var cache = LabEnvironment.current().cache();
        var rpms = progress.step("packages", () -> rpms(project, cache));
        var cli = new KeelsonTool(cache.resolve("log"));
        var people = progress.step("keys of people", () -> People.prepare(cache.resolve("people"), cli));
        var bundle = progress.step(
                "bundle " + BUNDLE, () -> bundle(project, cache, cli, BUNDLE, ReleaseDescription.ETCD_VERSION));
        var repository = progress.step("release", () -> repository(cache, cli, people, bundle.resolve("bundle")));
        return new Artifacts(
                project,
                only(rpms, "keelson-server-*.rpm"),
                only(rpms, "keelson-agent-*.rpm"),
                bundle.resolve("bundle"),
                bundle.resolve("bundle.tar"),
                people,
                repository);
    }

    /** The directory of a bundle that differs from the lab's in its name and its etcd only. */
    static Path bundleWithEtcd(String name, String etcd, Progress progress) {
        var cache = LabEnvironment.current().cache();
        return progress.step(
                "bundle " + name,
                () -> bundle(LabEnvironment.project(), cache, new KeelsonTool(cache.resolve("log")), name, etcd)
                        .resolve("bundle"));
    }

    private static Path rpms(Path project, Path cache) {
        var made = cache.resolve("rpm").resolve(sources(project).abbreviated());
        if (!Files.isDirectory(made)) {
            var unfinished = fresh(cache.resolve("tmp").resolve("rpm"));
            new Tool(project, cache.resolve("log/rpm.log"), Map.of("JAVA_HOME", System.getProperty("java.home")))
                    .must(BUILD_LIMIT, List.of("packaging/rpm/build", "--out", unfinished.toString()));
            publish(unfinished, made);
        }
        return made;
    }

    private static Path bundle(Path project, Path cache, KeelsonTool cli, String name, String etcd) {
        var bits = LabEnvironment.currentBits();
        var description = ReleaseDescription.of(name, etcd, bits);
        var made = cache.resolve("bundle")
                .resolve(bundleDigest(project, bits, description).abbreviated());
        if (!Files.isDirectory(made)) {
            var unfinished = fresh(cache.resolve("tmp").resolve("bundle"));
            var release = unfinished.resolve("release.yaml");
            write(release, description);
            cli.must(
                    "bundle",
                    "build",
                    "-f",
                    release.toString(),
                    "-o",
                    unfinished.resolve("bundle").toString());
            new Tool(unfinished, cache.resolve("log/bundle-tar.log"), Map.of())
                    .must(BUILD_LIMIT, List.of("tar", "-cf", "bundle.tar", "-C", "bundle", "."));
            publish(unfinished, made);
        }
        return made;
    }

    private static Path repository(Path cache, KeelsonTool cli, People people, Path bundle) {
        var parts = new ArrayList<Path>(List.of(bundle.resolve("manifest.json"), people.pub(People.ONLINE)));
        People.RELEASERS.forEach(name -> parts.add(people.pub(name)));
        var made = cache.resolve("releases").resolve(Trees.digest(parts, BUNDLE).abbreviated());
        if (!Files.isDirectory(made)) {
            var unfinished = cache.resolve("tmp").resolve("releases");
            Trees.remove(unfinished);
            Releases.begin(cli, people, unfinished, bundle);
            publish(unfinished, made);
        }
        return made;
    }

    private static Digest bundleDigest(Path project, Path bits, String description) {
        var profiles = project.resolve("bootstrap/src/main/resources");
        var code = project.resolve("bootstrap/src/main/java/io/keelson/cli/release");
        var format = project.resolve("trust/src/main/java/io/keelson/trust");
        return Trees.digest(List.of(profiles, code, format, bits.resolve("SHA256SUMS")), description);
    }

    private static Digest sources(Path project) {
        var modules = List.of("domain", "proto", "trust", "node-agent", "control-server", "bootstrap");
        var parts = new ArrayList<Path>();
        parts.add(project.resolve("pom.xml"));
        parts.add(project.resolve("packaging"));
        for (var module : modules) {
            parts.add(project.resolve(module).resolve("pom.xml"));
            parts.add(project.resolve(module).resolve("src/main"));
        }
        return Trees.digest(parts, System.getProperty("java.vm.version"));
    }

    private static Path only(Path directory, String glob) {
        try (var found = Files.newDirectoryStream(directory, glob)) {
            var each = found.iterator();
            if (each.hasNext()) {
                return each.next();
            }
            throw new LabException("no " + glob + " in " + directory + "; remove that directory and run again");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path fresh(Path directory) {
        Trees.remove(directory);
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void publish(Path unfinished, Path made) {
        try {
            Files.createDirectories(made.getParent());
            Files.move(unfinished, made);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
