package io.keelson.agent.os.packages;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the real rpm says, of packages that the real rpmbuild has made. What dnf does is in {@link RealDnfTest}. */
class RealRpmTest {
    @TempDir
    Path directory;

    private PrivateRoot host;
    private final Dnf dnf = new Dnf();

    @BeforeEach
    void requireMachine() throws IOException {
        PrivateRoot.require(Files.createDirectory(directory.resolve("probe")), "rpm", "rpmbuild");
        host = new PrivateRoot(Files.createDirectory(directory.resolve("root")));
    }

    private String shell(String... argv) {
        var result = host.programs().run(List.of(argv), Duration.ofMinutes(1));
        assertThat(result.ok()).as(result.out() + result.err()).isTrue();
        return result.out();
    }

    private Path rpm(String name, String version) throws IOException {
        var spec = Files.writeString(
                directory.resolve("root/" + name + ".spec"), """
                Name: %s
                Version: %s
                Release: 1.el9
                Epoch: 1
                Summary: test
                License: none
                BuildArch: noarch
                %%description
                test
                %%install
                mkdir -p %%{buildroot}/opt/%s
                echo %s > %%{buildroot}/opt/%s/file
                %%files
                /opt/%s/file
                """.formatted(name, version, name, version, name, name));
        shell("rpmbuild", "-bb", "--define", "_topdir " + directory + "/root/build", spec.toString());
        return directory.resolve("root/build/RPMS/noarch/%s-%s-1.el9.noarch.rpm".formatted(name, version));
    }

    private static OsPackage wanted(String name, String version) {
        return new OsPackage(name, version, "noarch", name + ".rpm", 1, 0, false, false);
    }

    @ParameterizedTest
    @CsvSource({
        "1.0-1.el9, 1.0-2.el9, true",
        "1.10-1, 1.9-1, false",
        "2.0-1, 1:1.0-1, true",
        "1:1.0-1, 2.0-1, false",
        "1.0~rc1-1, 1.0-1, true",
        "1.0-1, 1.0-1, false",
        "1.0^git1-1, 1.0-1, false",
    })
    void comparesVersionsAsRpmDoes(String one, String other, boolean older) {
        assertThat(dnf.isOlder(host, one, other)).isEqualTo(older);
    }

    @Test
    void seesWhatIsInstalledAndWhichFilesWereChanged() throws IOException {
        shell("rpm", "--install", "--nodeps", rpm("tool", "2.0").toString());

        assertThat(dnf.installed(host)).extracting(InstalledPackage::toString).containsExactly("tool 1:2.0-1.el9");
        var tool = List.of(wanted("tool", "1:2.0-1.el9"));
        assertThat(dnf.differences(host, tool)).isEmpty();
        shell("sh", "-c", "echo other > /opt/tool/file");
        assertThat(dnf.differences(host, tool)).hasSize(1).first().asString().contains("/opt/tool/file");
        assertThat(dnf.differences(host, List.of(wanted("gone", "1:2.0-1.el9"))))
                .first()
                .asString()
                .contains("not installed");
    }

    @Test
    void takesAwayWhatATransactionThatWasCutShortHasReplaced() throws IOException {
        shell("rpm", "--install", "--nodeps", rpm("tool", "1.0").toString());
        shell("rpm", "--install", "--nodeps", "--force", rpm("tool", "2.0").toString());
        var level = Levels.of("b", PackageFormat.RPM, directory, wanted("tool", "1:2.0-1.el9"));

        assertThat(dnf.unfinished(host, level, dnf.installed(host))).isPresent();
        var mended = Levels.run(host, List.of(new Mended(level, dnf)));

        assertThat(mended).isEmpty();
        assertThat(dnf.installed(host)).extracting(InstalledPackage::toString).containsExactly("tool 1:2.0-1.el9");
        assertThat(shell("cat", "/opt/tool/file")).isEqualTo("2.0\n");
    }
}
