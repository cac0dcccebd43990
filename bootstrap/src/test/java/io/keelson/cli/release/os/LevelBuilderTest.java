package io.keelson.cli.release.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.LinuxHost;
import io.keelson.agent.host.Programs;
import io.keelson.cli.release.BundleBuilder;
import io.keelson.cli.release.SourceCache;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import io.keelson.release.OsManifest;
import io.keelson.release.OsPackage;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.bundle.BundleDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Levels of packages that the real dpkg-deb and rpmbuild have made, resolved by the real apt. */
class LevelBuilderTest {
    @TempDir
    Path directory;

    private final LinuxHost machine = new LinuxHost();

    @AfterEach
    void leave() {
        machine.close();
    }

    private void require(String... programs) {
        for (var program : programs) {
            assertThat(Path.of("/usr/bin", program))
                    .as("lab/run setup installs it")
                    .exists();
        }
    }

    private void shell(String... argv) {
        var result = machine.programs().run(List.of(argv), Duration.ofMinutes(1));
        assertThat(result.ok()).as(result.out() + result.err()).isTrue();
    }

    private Path deb(String place, String name, String version, String fields) throws IOException {
        var tree = Files.createTempDirectory(directory, name);
        var control = Files.createDirectory(tree.resolve("DEBIAN")).resolve("control");
        Files.writeString(
                control,
                "Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: T <t@t.invalid>\nInstalled-Size: 7\n%sDescription: test\n"
                        .formatted(name, version, fields));
        Files.createDirectory(tree.resolve("boot"));
        Files.writeString(tree.resolve("boot").resolve(name), "12345");
        var file = Files.createDirectories(directory.resolve(place)).resolve(name + ".deb");
        shell("dpkg-deb", "--root-owner-group", "--build", tree.toString(), file.toString());
        return file;
    }

    private LevelDescription description(String format, String lines) throws IOException {
        var file = Files.writeString(directory.resolve("level.yaml"), """
                apiVersion: keelson.io/v1alpha1
                kind: OsLevel
                metadata: {name: test-level}
                spec:
                  release: {id: debian, version: "12"}
                  format: %s
                  architecture: amd64
                  minimumAgent: 0.1.0
                  support: {released: 2026-11-01, standardUntil: 2027-02-01, endOfLife: 2027-05-01}
                %s""".formatted(format, lines.indent(2)));
        return switch (Descriptions.read(file)) {
            case Descriptions.OperatingSystem(var level) -> level;
            case Descriptions.Kubernetes release -> throw new AssertionError(release);
        };
    }

    private OsManifest build(LevelDescription level, String target) {
        return build(level, target, machine.programs());
    }

    private OsManifest build(LevelDescription level, String target, Programs programs) {
        var cache = new SourceCache(directory.resolve("cache"), line -> {});
        return new LevelBuilder(cache, new BundleBuilder(cache, line -> {}), programs, line -> {})
                .build(level, directory.resolve(target), false);
    }

    private byte[] manifest(String target) {
        return BundleDirectory.open(directory.resolve(target)).manifestBytes();
    }

    private static void refused(ProblemCode code, String word, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problems()).extracting(Problem::code).contains(code);
            assertThat(e.problems()).anyMatch(problem -> problem.what().contains(word), word);
        });
    }

    @Test
    void makesALevelOfFilesThatVerifiesAndIsTheSameEachTime() throws IOException {
        require("dpkg-deb", "apt-get");
        deb("debs", "linux-image-6", "1:6.1+x", "Depends: tool\n");
        // What was fetched lies under its digest, without a suffix.
        Files.move(deb("debs", "tool", "2", ""), directory.resolve("0123abcd"));
        var level = description("deb", "files: [debs, 0123abcd]\nrequired: [tool]\n");

        var built = build(level, "one");
        build(level, "two");

        assertThat(built.packages())
                .containsExactly(
                        new OsPackage(
                                "linux-image-6",
                                "1:6.1+x",
                                "all",
                                "packages/linux-image-6_1-6.1+x_all.deb",
                                7_168,
                                5,
                                false,
                                true),
                        new OsPackage("tool", "2", "all", "packages/tool_2_all.deb", 7_168, 5, true, false));
        assertThat(manifest("one")).isEqualTo(manifest("two"));
        var bundle = BundleDirectory.open(directory.resolve("one"));
        bundle.verifyBlobs(ManifestVerifier.verify(manifest("one"), Digest.of(manifest("one"))));
    }

    @Test
    void refusesALevelThatIsNotClosedUnlessHostsHaveTheRest() throws IOException {
        require("dpkg-deb", "apt-get");
        deb("debs", "tool", "2", "Depends: libc (>= 2)\n");

        refused(
                ProblemCode.RELEASE_PACKAGES_INCOMPLETE,
                "libc",
                () -> build(description("deb", "files: [debs]\n"), "one"));
        assertThat(directory.resolve("one")).doesNotExist();

        Files.writeString(
                directory.resolve("status"),
                "Package: libc\nStatus: install ok installed\nVersion: 2.1\nArchitecture: amd64\nMaintainer: T\nDescription: t\n\n");
        assertThat(build(description("deb", "files: [debs]\nbase: status\n"), "one")
                        .packages())
                .hasSize(1);
    }

    @Test
    void resolvesWhatTheBaseHasInLowerVersionsAndWritesItDown() throws IOException {
        require("dpkg-deb", "apt-get", "dpkg-scanpackages");
        deb("repository", "tool", "2", "Depends: needed\n");
        deb("repository", "needed", "2", "");
        deb("repository", "stranger", "2", "");
        deb("repository", "wanted", "2", "");
        shell("sh", "-c", "cd " + directory + "/repository && dpkg-scanpackages . > Packages");
        Files.writeString(directory.resolve("level.list"), "deb [trusted=yes] file:" + directory + "/repository ./\n");
        Files.writeString(
                directory.resolve("status"),
                "Package: tool\nStatus: install ok installed\nVersion: 1\nArchitecture: all\nMaintainer: T\nDescription: t\n\n");
        var level = description("deb", "base: status\nsources: level.list\nrequired: [wanted]\n");

        assertThat(build(level, "one").packages())
                .extracting(OsPackage::name)
                .containsExactly("needed", "tool", "wanted");
        assertThat(directory.resolve("level.yaml.lock"))
                .content()
                .contains("/tool.deb")
                .doesNotContain("stranger");

        // What is in the repository later is no matter to what was written down.
        Files.writeString(directory.resolve("level.list"), "");
        build(level, "two");
        assertThat(manifest("one")).isEqualTo(manifest("two"));

        deb("repository", "tool", "3", "");
        refused(ProblemCode.BUNDLE_CORRUPT, "tool.deb", () -> build(level, "three"));
    }

    @Test
    void refusesAPackageTwiceOfAnotherArchitectureAndOneThatIsNotThere() throws IOException {
        require("dpkg-deb", "apt-get");
        deb("debs", "tool", "2", "");
        deb("more", "tool", "3", "");
        var level = description("deb", "files: [debs, more]\nrequired: [gone]\n");

        refused(ProblemCode.RELEASE_DESCRIPTION_INVALID, "tool is there twice", () -> build(level, "one"));
        refused(ProblemCode.RELEASE_PACKAGES_INCOMPLETE, "gone is required", () -> build(level, "one"));
    }

    @Test
    void namesTheProgramThatIsMissing() throws IOException {
        Files.writeString(directory.resolve("x.deb"), "no package");
        var level = description("deb", "files: [x.deb]\n");

        refused(
                ProblemCode.RELEASE_TOOL_MISSING,
                "dpkg-deb",
                () -> build(level, "one", (argv, limit) -> new Programs.Result(127, "", "no such program")));
    }

    @Test
    void refusesWhatIsNoPackage() throws IOException {
        require("dpkg-deb");
        Files.writeString(directory.resolve("x.deb"), "no package");
        var level = description("deb", "files: [x.deb]\n");

        refused(ProblemCode.RELEASE_DESCRIPTION_INVALID, "x.deb is not a package", () -> build(level, "one"));
    }

    @Test
    void refusesADescriptionWithAllThatIsWrongInIt() {
        refused(
                ProblemCode.RELEASE_DESCRIPTION_INVALID,
                "sources needs base",
                () -> description("deb", "sources: gone.list\nreqired: [x]\npackages: [-o]\n"));
        refused(
                ProblemCode.RESOURCE_UNKNOWN_FIELD,
                "reqired",
                () -> description("deb", "sources: gone.list\nreqired: [x]\n"));
        refused(ProblemCode.RELEASE_DESCRIPTION_INVALID, "files", () -> description("rpm", ""));
    }
}
