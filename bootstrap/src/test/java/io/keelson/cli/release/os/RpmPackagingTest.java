package io.keelson.cli.release.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.LinuxHost;
import io.keelson.cli.release.Source;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleName;
import io.keelson.release.Manifest.Support;
import io.keelson.release.OsRelease;
import io.keelson.release.PackageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packages that the real rpmbuild has made, read and checked by the real rpm. */
class RpmPackagingTest {
    @TempDir
    Path directory;

    private final LinuxHost machine = new LinuxHost();
    private final RpmPackaging packaging = new RpmPackaging(new Tools(machine.programs()));

    @BeforeEach
    void requirePrograms() {
        assertThat(Path.of("/usr/bin/rpm")).as("lab/run setup installs it").exists();
        assertThat(Path.of("/usr/bin/rpmbuild")).as("lab/run setup installs it").exists();
    }

    @AfterEach
    void leave() {
        machine.close();
    }

    private PackageFile rpm(String name, String requires) throws IOException {
        var spec = Files.writeString(directory.resolve(name + ".spec"), """
                Name: %s
                Version: 2.0
                Release: 1.el9
                Epoch: 1
                Summary: test
                License: none
                BuildArch: noarch
                %s
                %%description
                test
                %%install
                mkdir -p %%{buildroot}/boot
                printf 12345 > %%{buildroot}/boot/%s
                %%files
                /boot/%s
                """.formatted(name, requires, name, name));
        var made = machine.programs()
                .run(
                        List.of("rpmbuild", "-bb", "--define", "_topdir " + directory + "/build", spec.toString()),
                        Duration.ofMinutes(1));
        assertThat(made.ok()).as(made.err()).isTrue();
        var file = directory.resolve("build/RPMS/noarch/" + name + "-2.0-1.el9.noarch.rpm");
        return packaging.read(file, new Source.Local(file));
    }

    private LevelDescription level() {
        var day = LocalDate.of(2026, 11, 1);
        return new LevelDescription(
                directory.resolve("level.yaml"),
                new BundleName("rocky-9-1"),
                new OsRelease("rocky", "9"),
                PackageFormat.RPM,
                "amd64",
                "0.1.0",
                new Support(day, day, day),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void readsWhatAPackageSaysOfItself() throws IOException {
        var read = rpm("tool", "");

        assertThat(read.name()).isEqualTo("tool");
        assertThat(read.version()).isEqualTo("1:2.0-1.el9");
        assertThat(read.architecture()).isEqualTo("noarch");
        assertThat(read.installedSize()).isEqualTo(5);
        assertThat(read.bootSize()).isEqualTo(5);
        assertThat(read.path("rpm")).isEqualTo("packages/tool_1-2.0-1.el9_noarch.rpm");
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        var tool = rpm("tool", "Requires: needed >= 1:2.0");

        assertThatThrownBy(() -> packaging.requireClosed(
                        level(), List.of(tool), Files.createDirectory(directory.resolve("one"))))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().code()).isEqualTo(ProblemCode.RELEASE_PACKAGES_INCOMPLETE);
                    assertThat(e.problem().what()).contains("needed >= 1:2.0");
                });

        packaging.requireClosed(
                level(), List.of(tool, rpm("needed", "")), Files.createDirectory(directory.resolve("two")));
    }
}
