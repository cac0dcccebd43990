package io.keelson.agent.os.packages;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.problem.ProblemCode;
import io.keelson.release.OsPackage;
import io.keelson.release.PackageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Levels on a host with the real dnf and rpm, and packages that the real rpmbuild has made. */
class RealDnfTest {
    @TempDir
    Path directory;

    private PrivateRoot host;

    @BeforeEach
    void requireMachine() throws IOException {
        PrivateRoot.require(
                Files.createDirectory(directory.resolve("probe")), "dnf", "rpm", "rpmbuild", "createrepo_c");
        host = new PrivateRoot(Files.createDirectory(directory.resolve("root")));
    }

    private String shell(String... argv) {
        var result = host.programs().run(List.of(argv), Duration.ofMinutes(1));
        assertThat(result.ok()).as(result.out() + result.err()).isTrue();
        return result.out();
    }

    /** In the host, so that its package manager sees it at the same path. */
    private Path packages(String level) throws IOException {
        return Files.createDirectories(directory.resolve("root/levels/" + level + "/packages"));
    }

    private OsPackage rpm(String level, String name, String version, String... header) throws IOException {
        return rpm(level, name, version, "", header);
    }

    private OsPackage rpm(String level, String name, String version, String scripts, String[] header)
            throws IOException {
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

    private void has(OsPackage... packages) throws IOException {
        for (var each : packages) {
            var file = packages("before").resolveSibling(each.path());
            shell("rpm", "--install", "--nodeps", file.toString());
        }
    }

    /** With the index that whoever builds a level makes. */
    private Level level(String name, OsPackage... packages) throws IOException {
        shell("createrepo_c", "--quiet", packages(name).toString());
        return Levels.of(
                name, PackageFormat.RPM, directory.resolve("root/levels").resolve(name), packages);
    }

    private List<Step> steps(Level level) {
        var steps = new OsPlanner(directory.resolve("notes"), Pacer.system()).steps(level, 0);
        return steps.subList(1, steps.size()); // what release this machine is of is no matter here
    }

    private String installed() {
        return shell("sh", "-c", "rpm --query --all --queryformat '%{NAME} %{VERSION};' | tr ';' '\\n' | sort | xargs")
                .strip();
    }

    @Test
    void bringsWhatIsThereToTheLevelWithWhatItNeedsAndNothingElse() throws IOException {
        has(rpm("before", "app", "1"), rpm("before", "newer", "9"));
        var level = level(
                "b",
                rpm("b", "app", "2", "Requires: needed >= 2"),
                rpm("b", "needed", "2"),
                rpm("b", "stranger", "2"),
                rpm("b", "newer", "2"));

        assertThat(Levels.run(host, Levels.upToReboot(steps(level)))).isEmpty();

        assertThat(installed()).isEqualTo("app 2 needed 2 newer 9");
        assertThat(shell("cat", "/opt/app/file")).isEqualTo("2\n");
        assertThat(directory.resolve("notes/os-level.json")).content().contains("\"level\":\"b\"");
        assertThat(steps(level).getLast().observe(host)).isInstanceOf(Satisfied.class);
        assertThat(shell("dnf", "history", "info", "last"))
                .as("dnf knows of it")
                .contains("app-2-1");
    }

    @Test
    void whatCannotBeInstalledAsAWholeIsRefusedBeforeAnythingIsTouched() throws IOException {
        has(rpm("before", "app", "1"), rpm("before", "other", "1"));
        var level = level("b", rpm("b", "app", "2", "Requires: missing"), rpm("b", "other", "2"));

        assertThat(Levels.run(host, Levels.upToReboot(steps(level)))).hasValueSatisfying(problem -> {
            assertThat(problem.code()).as(problem.what()).isEqualTo(ProblemCode.HOST_PACKAGES_UNRESOLVED);
            assertThat(problem.what()).contains("missing");
        });

        assertThat(installed()).isEqualTo("app 1 other 1");
    }

    @Test
    void aScriptThatFailsIsNamedAndALaterLevelReplacesIt() throws IOException {
        has(rpm("before", "shell", "1", "Provides: /bin/sh"), rpm("before", "app", "1"));
        var broken = level("b", rpm("b", "app", "2", "%pre\necho no such wheel >&2; exit 3", new String[0]));

        assertThat(Levels.run(host, Levels.upToReboot(steps(broken)))).hasValueSatisfying(problem -> {
            assertThat(problem.code()).as(problem.what()).isEqualTo(ProblemCode.HOST_PACKAGE_FAILED);
            assertThat(problem.what()).contains("app");
        });
        assertThat(installed()).isEqualTo("app 1 shell 1");

        var mended = level("c", rpm("c", "app", "3"));
        assertThat(Levels.run(host, Levels.upToReboot(steps(mended)))).isEmpty();
        assertThat(installed()).isEqualTo("app 3 shell 1");
    }
}
