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
import io.keelson.release.OsManifest;
import io.keelson.trust.bundle.BundleDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * A repository as createrepo_c makes it, of packages that rpmbuild has made and rpmsign has signed, by one of two people: ours,
 * whose key a level's list of repositories names, and other. Beside it the base and the description of a level.
 */
final class RpmRepository implements AutoCloseable {
    private final Path directory;
    private final LinuxHost machine = new LinuxHost();

    RpmRepository(Path directory) throws IOException {
        this.directory = directory;
        for (var program : List.of("dnf", "rpm", "rpmbuild", "rpmsign", "createrepo_c", "gpg")) {
            assertThat(Path.of("/usr/bin", program))
                    .as("lab/run setup installs it")
                    .exists();
        }
        Files.createDirectories(directory.resolve("repository"));
    }

    Programs programs() {
        return machine.programs();
    }

    /** gpg leaves an agent behind for each of its directories. */
    @Override
    public void close() {
        for (var who : List.of("ours", "other")) {
            if (Files.exists(directory.resolve(who))) {
                shell("gpgconf", "--homedir", directory.resolve(who).toString(), "--kill", "all");
            }
        }
        machine.close();
    }

    private void shell(String... argv) {
        var result = machine.programs().run(List.of(argv), Duration.ofMinutes(1));
        assertThat(result.ok()).as(result.out() + result.err()).isTrue();
    }

    Path rpm(String name, String version, String... header) throws IOException {
        var spec = Files.writeString(
                directory.resolve(name + ".spec"),
                String.join("\n", header) + """

                Name: %s
                Version: %s
                Release: 1
                Summary: test
                License: none
                BuildArch: noarch
                %%description
                test
                %%install
                mkdir -p %%{buildroot}/opt
                echo %s > %%{buildroot}/opt/%s
                %%files
                /opt/%s
                """.formatted(name, version, version, name, name));
        shell("rpmbuild", "-bb", "--define", "_topdir " + directory + "/build", spec.toString());
        return directory.resolve("build/RPMS/noarch/" + name + "-" + version + "-1.noarch.rpm");
    }

    /** Makes a person's key when it is used first; the public half is in {@code who.asc}. */
    private Path keyOf(String who) throws IOException {
        var home = directory.resolve(who);
        if (!Files.exists(home)) {
            Files.createDirectory(home);
            shell("chmod", "700", home.toString());
            var gpg = List.of("gpg", "--homedir", home.toString(), "--batch", "--quiet");
            shell(concat(gpg, "--passphrase", "", "--quick-gen-key", who + " <" + who + "@t.invalid>", "rsa2048"));
            shell(concat(gpg, "--armor", "--output", directory + "/" + who + ".asc", "--export"));
        }
        return home;
    }

    private static String[] concat(List<String> one, String... other) {
        return Stream.concat(one.stream(), Stream.of(other)).toArray(String[]::new);
    }

    Path signed(String who, Path file) throws IOException {
        shell(
                "rpmsign",
                "--define=__gpg /usr/bin/gpg",
                "--define=_gpg_name " + who,
                "--define=_gpg_path " + keyOf(who),
                "--addsign",
                file.toString());
        return file;
    }

    void offer(Path file) throws IOException {
        Files.copy(file, directory.resolve("repository").resolve(file.getFileName()));
    }

    void index() {
        shell("createrepo_c", "--quiet", directory + "/repository");
    }

    /** @param streams such as {@code 18=18.2}: the stream and the version of the package of that name in it */
    void indexModules(String name, String... streams) throws IOException {
        var documents = new StringBuilder();
        for (var each : streams) {
            documents.append("""
                    ---
                    document: modulemd
                    version: 2
                    data:
                      name: %1$s
                      stream: "%2$s"
                      version: 2
                      context: abc
                      arch: x86_64
                      summary: test
                      description: test
                      license:
                        module: [none]
                      dependencies:
                      - requires:
                          platform: [el9]
                      artifacts:
                        rpms: [%1$s-0:%3$s-1.noarch]
                    ...
                    """.formatted(name, each.split("=")[0], each.split("=")[1]));
        }
        var file = Files.writeString(directory.resolve("modules.yaml"), documents);
        shell("modifyrepo_c", "--mdtype=modules", file.toString(), directory + "/repository/repodata");
    }

    void signIndex(String who) throws IOException {
        var index = directory + "/repository/repodata/repomd.xml";
        shell("gpg", "--homedir", keyOf(who).toString(), "--batch", "--yes", "--armor", "--detach-sign", index);
    }

    void baseHas(Path... packages) {
        for (var each : packages) {
            shell("rpm", "--dbpath", directory + "/base", "--install", "--justdb", "--nodeps", each.toString());
        }
    }

    void baseTrusts(String who) throws IOException {
        keyOf(who);
        shell("rpmkeys", "--dbpath", directory + "/base", "--import", directory + "/" + who + ".asc");
    }

    /** @param lines of the description  @param options behind those that the repository has in any case */
    LevelDescription level(String lines, String options) throws IOException {
        keyOf("ours");
        Files.writeString(
                directory.resolve("level.repo"),
                "[one]\nname=One\nbaseurl=file://" + directory + "/repository\ngpgkey=\n  ours.asc\n" + options);
        var file = Files.writeString(directory.resolve("level.yaml"), """
                apiVersion: keelson.io/v1alpha1
                kind: OsLevel
                metadata: {name: test-level}
                spec:
                  release: {id: rocky, version: "9"}
                  format: rpm
                  architecture: amd64
                  minimumAgent: 0.1.0
                  support: {released: 2026-11-01, standardUntil: 2027-02-01, endOfLife: 2027-05-01}
                  base: base
                  sources: level.repo
                %s""".formatted(lines.indent(2)));
        return switch (Descriptions.read(file)) {
            case Descriptions.OperatingSystem(var level) -> level;
            case Descriptions.Kubernetes release -> throw new AssertionError(release);
        };
    }

    OsManifest build(LevelDescription level, String target) {
        return build(level, target, programs());
    }

    OsManifest build(LevelDescription level, String target, Programs programs) {
        var cache = new SourceCache(directory.resolve("cache"), line -> {});
        return new LevelBuilder(cache, new BundleBuilder(cache, line -> {}), programs, line -> {})
                .build(level, directory.resolve(target), false);
    }

    byte[] manifest(String target) {
        return BundleDirectory.open(directory.resolve(target)).manifestBytes();
    }

    void refused(ProblemCode code, String word, LevelDescription level) {
        refused(code, word, () -> build(level, "one"));
    }

    static void refused(ProblemCode code, String word, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problems()).extracting(Problem::code).contains(code);
            assertThat(e.problems()).anyMatch(problem -> problem.what().contains(word), e.getMessage());
        });
    }
}
