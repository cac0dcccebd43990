package io.keelson.agent.os.packages;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.CrashingHost;
import io.keelson.agent.host.Host;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.Step;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.release.OsPackage;
import io.keelson.release.PackageFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The steps of a level, on a host in memory whose dpkg does as it is told. */
class OsPlannerTest {
    private static final OsPackage KERNEL = of("kernel", true);
    private static final OsPackage TOOL = of("tool", false);
    private static final Level LEVEL =
            Levels.of("b", PackageFormat.DEB, Path.of("/opt/keelson/levels/b"), KERNEL, TOOL);

    private static final OsPlanner PLANNER = new OsPlanner(Path.of("/etc/keelson/agent"), new ManualPacer());

    private final MemoryHost host = new MemoryHost();
    private final MemoryDpkg dpkg = new MemoryDpkg(host, KERNEL, TOOL);

    private static OsPackage of(String name, boolean reboot) {
        return new OsPackage(name, "2", "all", name + ".deb", 100L << 20, reboot ? 50L << 20 : 0, false, reboot);
    }

    private static List<Step> steps(int reboots) {
        return PLANNER.steps(LEVEL, reboots);
    }

    private Optional<Problem> run(Host on, int reboots) {
        return Levels.run(on, steps(reboots));
    }

    private void reboots(int reboots) {
        assertThat(run(host, reboots))
                .hasValueSatisfying(
                        problem -> assertThat(problem.code()).isEqualTo(ProblemCode.HOST_STEP_DID_NOT_SETTLE));
        assertThat(host.units().calls()).endsWith("reboot");
        dpkg.boot(host);
        assertThat(run(host, reboots)).isEmpty();
    }

    private void refused(ProblemCode code, String word) {
        assertThat(run(host, 0)).hasValueSatisfying(problem -> {
            assertThat(problem.code()).isEqualTo(code);
            assertThat(problem.what()).contains(word);
        });
        assertThat(host.programs().runs()).noneMatch(run -> run.getFirst().equals("systemd-run"));
    }

    @Test
    void rebootsOnceWhereAPackageNeedsIt() {
        dpkg.versions.put("kernel", 1);

        reboots(0);

        assertThat(dpkg.versions).containsEntry("kernel", 2);
        assertThat(host.units().calls()).containsOnlyOnce("reboot");
    }

    @Test
    void rebootsNotWhereNoPackageNeedsIt() {
        dpkg.versions.put("tool", 1);
        dpkg.versions.put("kernel", 3);

        assertThat(run(host, 0)).isEmpty();

        assertThat(dpkg.versions).containsEntry("tool", 2).containsEntry("kernel", 3);
        assertThat(host.units().calls()).doesNotContain("reboot");
    }

    @Test
    void rebootsAsOftenAsItIsAskedFor() {
        assertThat(run(host, 0)).isEmpty();

        reboots(1);
        reboots(2);

        assertThat(run(host, 1)).isEmpty();
        assertThat(host.units().calls()).containsExactly("reboot", "reboot");
    }

    /** Somebody takes a package back while it carries pods. */
    @Test
    void aNodeThatCameToItsOrderIsLookedAtAndLeftAlone() {
        var kept = PLANNER.kept(LEVEL, 0);
        assertThat(PLANNER.settled(host, LEVEL.digest(), 0)).isFalse();
        assertThat(run(host, 0)).isEmpty();
        assertThat(PLANNER.settled(host, LEVEL.digest(), 0)).isTrue();
        assertThat(PLANNER.settled(host, LEVEL.digest(), 1)).isFalse();
        assertThat(kept.observe(host)).isInstanceOf(Finding.Satisfied.class);

        dpkg.versions.put("tool", 1);

        assertThat(kept.observe(host))
                .isInstanceOfSatisfying(
                        Finding.Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.HOST_LEVEL_LOST));
        assertThat(dpkg.versions).containsEntry("tool", 1);
    }

    /** The kernel is new already when the second transaction begins. */
    @Test
    void remembersAReboot() {
        dpkg.versions.put("kernel", 1);
        dpkg.versions.put("tool", 1);
        dpkg.dies = true;
        assertThat(run(host, 0))
                .hasValueSatisfying(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.HOST_PACKAGE_FAILED));

        reboots(0);
    }

    /** Killed before, within and after everything that it does, the next agent comes to the same end. */
    @Test
    void comesToTheLevelWhereverTheAgentIsKilled() {
        boolean passed = true;
        for (int deadly = 1; passed; deadly++) {
            var machine = new MemoryHost();
            var packages = new MemoryDpkg(machine, KERNEL, TOOL);
            packages.versions.put("kernel", 1);
            packages.versions.put("tool", 1);
            var crashing = new CrashingHost(machine, deadly, what -> {});
            try {
                var unused = Levels.run(crashing, steps(0));
            } catch (CrashingHost.Crash killed) {
                assertThat(killed).isNotNull();
            }
            passed = crashing.isPassed();

            if (Levels.run(machine, steps(0)).isPresent()) {
                assertThat(machine.units().calls()).as("killed at %d", deadly).contains("reboot");
                packages.boot(machine);
                assertThat(Levels.run(machine, steps(0)))
                        .as("killed at %d", deadly)
                        .isEmpty();
            }
            assertThat(packages.versions).containsEntry("kernel", 2).containsEntry("tool", 2);
            assertThat(machine.units().calls()).as("killed at %d", deadly).contains("reboot");
            assertThat(machine.files().text("/etc/keelson/agent/os-level.json")).contains("\"level\":\"b\"");
        }
    }

    @Test
    void refusesAnotherReleaseOfTheSystem() {
        host.files().put("/etc/os-release", "ID=debian\nVERSION_ID=\"13\"\n");

        refused(ProblemCode.HOST_OS_OTHER, "debian 12, the host has debian 13");
    }

    @Test
    void refusesAnotherArchitecture() {
        host.programs().succeed(List.of("dpkg", "--print-architecture"), "arm64\n");

        refused(ProblemCode.BUNDLE_WRONG_ARCHITECTURE, "arm64");
    }

    @Test
    void refusesTooLittleRoom() {
        dpkg.versions.put("kernel", 1);
        host.files().usable(100L << 20);

        refused(ProblemCode.HOST_DISK_FULL, "at /usr");
    }

    @Test
    void waitsForWhoeverChangesPackagesAndNamesHimInTheEnd() {
        dpkg.versions.put("tool", 1);
        host.files().put("/proc/locks", "1: POSIX  ADVISORY  WRITE 4711 fe:00:21 0 EOF\n");
        host.files().put("/proc/4711/comm", "unattended-upgr\n");
        host.files().link(Path.of("/proc/4711/fd/3"), Path.of("/var/lib/dpkg/lock-frontend"));

        refused(ProblemCode.HOST_PACKAGES_BUSY, "unattended-upgr (pid 4711)");

        host.files().put("/proc/locks", "");
        assertThat(run(host, 0)).isEmpty();
    }

    @Test
    void aNoteThatCannotBeReadIsNotGuessed() {
        host.files().put("/etc/keelson/agent/os-boot.json", "{\"v\":1}");

        assertThat(run(host, 0))
                .hasValueSatisfying(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE));
    }
}
