package io.keelson.agent.os.packages;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.release.OsPackage;
import io.keelson.release.PackageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Levels on a host with the real dpkg and apt, and packages that the real dpkg-deb has made. */
class RealAptTest {
    @TempDir
    Path directory;

    private PrivateRoot host;

    @BeforeEach
    void requireMachine() throws IOException {
        var root = Files.createDirectory(directory.resolve("root"));
        PrivateRoot.require(Files.createDirectory(directory.resolve("probe")), "apt-get", "dpkg-deb");
        host = new PrivateRoot(root);
    }

    private OsPackage deb(String level, String name, String version, String fields, String postinst)
            throws IOException {
        return deb(level, name, version, fields, postinst, "/opt/" + name, new byte[100]);
    }

    private OsPackage deb(
            String level, String name, String version, String fields, String postinst, String file, byte[] content)
            throws IOException {
        var tree = Files.createTempDirectory(directory, name);
        var control = Files.createDirectory(tree.resolve("DEBIAN"));
        Files.writeString(
                control.resolve("control"),
                "Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: T <t@t.invalid>\nDescription: test\n%s"
                        .formatted(name, version, fields));
        if (!postinst.isEmpty()) {
            var script = Files.writeString(control.resolve("postinst"), "#!/bin/sh\n" + postinst + "\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        var place = tree.resolve(file.substring(1));
        Files.createDirectories(place.getParent());
        Files.write(place, content);
        Files.writeString(place.resolveSibling(name + ".version"), version);
        if (fields.contains("Conf")) {
            Files.writeString(control.resolve("conffiles"), "/etc/" + name + ".conf\n");
            Files.createDirectories(tree.resolve("etc"));
            Files.writeString(tree.resolve("etc/" + name + ".conf"), "from " + version + "\n");
        }
        var packages = Files.createDirectories(place(level).resolve("packages"));
        var target = packages.resolve(name + "_" + version + ".deb");
        shell("dpkg-deb", "--root-owner-group", "--build", tree.toString(), target.toString());
        return new OsPackage(name, version, "all", "packages/" + target.getFileName(), content.length, 0, false, false);
    }

    /** In the host, so that its package manager sees it at the same path. */
    private Path place(String level) {
        return directory.resolve("root/levels").resolve(level);
    }

    private static OsPackage required(OsPackage each) {
        return new OsPackage(
                each.name(), each.version(), each.architecture(), each.path(), each.installedSize(), 0, true, false);
    }

    private static OsPackage reboot(OsPackage each) {
        return new OsPackage(
                each.name(), each.version(), each.architecture(), each.path(), each.installedSize(), 0, false, true);
    }

    private String shell(String... argv) {
        var result = host.programs().run(List.of(argv), Duration.ofMinutes(1));
        assertThat(result.ok()).as(result.out() + result.err()).isTrue();
        return result.out();
    }

    private void has(OsPackage... packages) {
        for (var each : packages) {
            shell("dpkg", "--install", place("before").resolve(each.path()).toString());
        }
    }

    private String states() {
        return shell("dpkg-query", "--show", "--showformat=${Package} ${Version} ${db:Status-Status};");
    }

    private Level level(String name, OsPackage... packages) {
        return Levels.of(name, PackageFormat.DEB, place(name), packages);
    }

    private List<Step> steps(Level level) {
        var steps = new OsPlanner(directory.resolve("notes"), Pacer.system()).steps(level, 0);
        return steps.subList(1, steps.size()); // what release this machine is of is no matter here
    }

    private Optional<Problem> become(Level level) {
        return Levels.run(host, Levels.upToReboot(steps(level)));
    }

    private String note() throws IOException {
        return Files.readString(directory.resolve("notes/os-level.json"));
    }

    private void refused(ProblemCode code, Level level, String... words) {
        assertThat(become(level)).hasValueSatisfying(problem -> {
            assertThat(problem.code()).as(problem.what()).isEqualTo(code);
            assertThat(List.of(words)).allMatch(word -> problem.what().contains(word), problem.what());
        });
        assertThat(directory.resolve("notes/os-level.json")).doesNotExist();
    }

    @Test
    void bringsWhatIsThereToTheLevelWithWhatItNeedsAndNothingElse() throws IOException {
        has(deb("before", "app", "1", "", ""), deb("before", "newer", "9", "", ""));
        var level = level(
                "b",
                deb("b", "app", "2", "Depends: needed (>= 2)\n", ""),
                deb("b", "needed", "2", "", ""),
                deb("b", "stranger", "2", "", ""),
                deb("b", "newer", "2", "", ""),
                required(deb("b", "wanted", "2", "", "")));

        assertThat(become(level)).isEmpty();

        assertThat(states()).isEqualTo("app 2 installed;needed 2 installed;newer 9 installed;wanted 2 installed;");
        assertThat(note()).contains("\"level\":\"b\"", level.digest().hex());
        assertThat(Levels.reboot(steps(level)).observe(host))
                .isInstanceOf(io.keelson.agent.plan.Finding.Satisfied.class);
    }

    @Test
    void waitsForAReboot() throws IOException {
        has(deb("before", "libc", "1", "", ""));
        var level = level("b", reboot(deb("b", "libc", "2", "", "")));

        assertThat(become(level)).isEmpty();

        assertThat(Levels.reboot(steps(level)).observe(host))
                .isInstanceOfSatisfying(
                        Needed.class, needed -> assertThat(needed.gap()).contains("libc:all"));
    }

    @Test
    void aScriptThatFailsIsNamedAndWhatItLeftIsConfiguredFirstOfAll() throws IOException {
        has(deb("before", "app", "1", "", ""), deb("before", "other", "1", "", ""));
        var flag = directory.resolve("root/mended");
        var level = level(
                "b",
                deb("b", "app", "2", "", "test -e " + flag + " || { echo no such wheel >&2; exit 3; }"),
                deb("b", "other", "2", "Depends: app (>= 2)\n", ""));

        refused(ProblemCode.HOST_PACKAGE_FAILED, level, "package app failed", "no such wheel");
        assertThat(states()).isEqualTo("app 2 half-configured;other 2 unpacked;");
        refused(ProblemCode.HOST_PACKAGE_FAILED, level, "package app failed", "no such wheel");

        Files.createFile(flag);
        assertThat(become(level)).isEmpty();
        assertThat(states()).isEqualTo("app 2 installed;other 2 installed;");
    }

    @Test
    void aLaterLevelReplacesAScriptThatFails() throws IOException {
        has(deb("before", "app", "1", "", ""));
        refused(ProblemCode.HOST_PACKAGE_FAILED, level("b", deb("b", "app", "2", "", "exit 3")), "package app failed");

        assertThat(become(level("c", deb("c", "app", "3", "", "")))).isEmpty();

        assertThat(states()).isEqualTo("app 3 installed;");
    }

    @Test
    void goesOnWhenDpkgWasKilledInTheMiddle() throws IOException {
        has(deb("before", "app", "1", "", ""), deb("before", "other", "1", "", ""));
        var once = directory.resolve("root/once");
        var level = level(
                "b",
                deb("b", "app", "2", "", "test -e " + once + " || { touch " + once + "; kill -9 $PPID; sleep 1; }"),
                deb("b", "other", "2", "Depends: app (>= 2)\n", ""));

        refused(ProblemCode.HOST_PACKAGE_FAILED, level);
        assertThat(states()).contains("unpacked");

        assertThat(become(level)).isEmpty();
        assertThat(states()).isEqualTo("app 2 installed;other 2 installed;");
    }

    @Test
    void goesOnWhenTheDiskWasFull() throws IOException {
        has(deb("before", "app", "1", "", ""), deb("before", "big", "1", "", "", "/opt/small/big", new byte[10]));
        var bytes = new byte[4_000_000];
        new java.util.Random(7).nextBytes(bytes);
        var level = level("b", deb("b", "app", "2", "", ""), deb("b", "big", "2", "", "", "/opt/small/big", bytes));

        host.small("1m");
        refused(ProblemCode.HOST_DISK_FULL, level, "No space left on device");

        host.small("64m");
        // What is small here forgets what was written at the end of each program; nothing is compared with it.
        assertThat(Levels.run(host, steps(level).subList(0, 4))).isEmpty();
        assertThat(states()).isEqualTo("app 2 installed;big 2 installed;");
    }

    @Test
    void touchesNothingWhereAPackageIsHeld() throws IOException {
        has(deb("before", "app", "1", "", ""), deb("before", "other", "1", "", ""));
        shell("apt-mark", "hold", "app");

        refused(
                ProblemCode.HOST_PACKAGES_HELD,
                level("b", deb("b", "app", "2", "", ""), deb("b", "other", "2", "", "")),
                "app 1 -> 2");

        assertThat(states()).isEqualTo("app 1 installed;other 1 installed;");
    }

    @Test
    void touchesNothingWhereSomethingWouldBeRemoved() throws IOException {
        has(deb("before", "app", "1", "", ""), deb("before", "beloved", "1", "", ""));

        refused(
                ProblemCode.HOST_PACKAGES_UNRESOLVED,
                level("b", deb("b", "app", "2", "", ""), required(deb("b", "foe", "2", "Conflicts: beloved\n", ""))));

        assertThat(states()).isEqualTo("app 1 installed;beloved 1 installed;");
    }

    @Test
    void touchesNothingWhereSomethingIsMissing() throws IOException {
        has(deb("before", "app", "1", "", ""), deb("before", "other", "1", "", ""));

        refused(
                ProblemCode.HOST_PACKAGES_UNRESOLVED,
                level("b", deb("b", "app", "2", "Depends: nowhere\n", ""), deb("b", "other", "2", "", "")),
                "kept back: app 1 -> 2");

        assertThat(states()).isEqualTo("app 1 installed;other 1 installed;");
    }

    @Test
    void keepsConfigurationThatWasChangedAndTellsOfOtherFilesThatWere() throws IOException {
        has(deb("before", "app", "1", "X-Conf: yes\n", ""));
        shell("sh", "-c", "echo mine > /etc/app.conf");
        var level = level("b", deb("b", "app", "2", "X-Conf: yes\n", ""));
        assertThat(become(level)).isEmpty();
        assertThat(shell("cat", "/etc/app.conf")).isEqualTo("mine\n");

        shell("sh", "-c", "echo other > /opt/app");
        Files.delete(directory.resolve("notes/os-level.json"));
        refused(ProblemCode.HOST_PACKAGES_DIFFER, level, "/opt/app");
    }
}
