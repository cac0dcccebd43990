package io.keelson.agent.os.packages;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.release.OsPackage;
import io.keelson.release.PackageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A {@link PrivateRoot} with dnf and rpm, and packages for it that the real rpmbuild makes. */
final class DnfHost {
    final PrivateRoot host;
    private final Path directory;

    /** @param directory an empty one */
    DnfHost(Path directory) throws IOException {
        PrivateRoot.require(
                Files.createDirectory(directory.resolve("probe")), "dnf", "rpm", "rpmbuild", "createrepo_c");
        this.directory = directory;
        this.host = new PrivateRoot(Files.createDirectory(directory.resolve("root")));
    }

    String shell(String... argv) {
        var result = host.programs().run(List.of(argv), Duration.ofMinutes(1));
        assertThat(result.ok()).as(result.out() + result.err()).isTrue();
        return result.out();
    }

    /** In the host, so that its package manager sees it at the same path. */
    private Path packages(String level) throws IOException {
        return Files.createDirectories(directory.resolve("root/levels/" + level + "/packages"));
    }

    OsPackage rpm(String level, String name, String version, String... header) throws IOException {
        return rpm(level, name, version, "", header);
    }

    OsPackage rpm(String level, String name, String version, String scripts, String[] header) throws IOException {
        var spec = directory.resolve("root/" + name + ".spec");
        Files.writeString(
                spec, String.join("\n", header) + """

                Name: %s
                Version: %s
                Release: 1
                Summary: test
                License: none
                BuildArch: noarch
                %%description
                test
                %s
                %%install
                mkdir -p %%{buildroot}/opt/%s
                echo %s > %%{buildroot}/opt/%s/file
                %%{?more}
                %%files
                /opt/%s/file
                """.formatted(name, version, scripts, name, version, name, name));
        shell("rpmbuild", "-bb", "--define", "_topdir " + directory + "/root/build", spec.toString());
        var file = name + "-" + version + "-1.noarch.rpm";
        Files.copy(
                directory.resolve("root/build/RPMS/noarch/" + file),
                packages(level).resolve(file));
        return new OsPackage(name, version + "-1", "noarch", "packages/" + file, 1, 0, false, false);
    }

    static OsPackage of(OsPackage each, long installedSize) {
        return new OsPackage(
                each.name(), each.version(), each.architecture(), each.path(), installedSize, 0, false, false);
    }

    void refused(ProblemCode code, Level level, String word) {
        refused(code, become(level), word);
    }

    static void refused(ProblemCode code, Optional<Problem> refused, String word) {
        assertThat(refused).hasValueSatisfying(problem -> {
            assertThat(problem.code()).as(problem.what()).isEqualTo(code);
            assertThat(problem.what()).contains(word);
        });
    }

    void has(OsPackage... packages) throws IOException {
        for (var each : packages) {
            var file = packages("before").resolveSibling(each.path());
            shell("rpm", "--install", "--nodeps", file.toString());
        }
    }

    /** With the index that whoever builds a level makes. */
    Level level(String name, OsPackage... packages) throws IOException {
        shell("createrepo_c", "--quiet", packages(name).toString());
        return Levels.of(
                name, PackageFormat.RPM, directory.resolve("root/levels").resolve(name), packages);
    }

    List<Step> steps(Level level) {
        var steps = new OsPlanner(directory.resolve("notes"), Pacer.system()).steps(level, 0);
        return steps.subList(1, steps.size()); // what release this machine is of is no matter here
    }

    String installed() {
        return shell("sh", "-c", "rpm --query --all --queryformat '%{NAME} %{VERSION};' | tr ';' '\\n' | sort | xargs")
                .strip();
    }

    /** What halts the host on its way to a level; empty if it comes to it. */
    Optional<Problem> become(Level level) {
        return Levels.run(host, Levels.upToReboot(steps(level)));
    }
}
