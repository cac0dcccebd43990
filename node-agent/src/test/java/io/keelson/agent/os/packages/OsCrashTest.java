package io.keelson.agent.os.packages;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.CrashingHost;
import io.keelson.agent.host.Host;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Journal;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.PlanRunner;
import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunResult.Converged;
import io.keelson.fleet.Revision;
import io.keelson.release.BundleName;
import io.keelson.release.OsPackage;
import io.keelson.release.PackageFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The runner brings a level to a host and is killed before, within and after every effect; a reboot ends it as well. Whoever comes
 * next goes on, and nobody ever takes the reboot for a failure.
 */
class OsCrashTest {
    private static final OsPackage KERNEL = of("kernel", true);
    private static final OsPackage TOOL = of("tool", false);
    private static final Level LEVEL =
            Levels.of("b", PackageFormat.DEB, Path.of("/opt/keelson/levels/b"), KERNEL, TOOL);
    private static final int MOST_STARTS = 4;

    @TempDir
    Path directory;

    private static OsPackage of(String name, boolean reboot) {
        return new OsPackage(name, "2", "all", name + ".deb", 100L << 20, reboot ? 50L << 20 : 0, false, reboot);
    }

    /** One host, and what its agents said. */
    private final class Patched {
        private final MemoryHost host = new MemoryHost();
        private final MemoryDpkg dpkg = new MemoryDpkg(host, KERNEL, TOOL);
        private final OsPlanner planner = new OsPlanner(Path.of("/etc/keelson/agent"), new ManualPacer());
        private final List<RunEvent> events = new ArrayList<>();
        private final Path journal;
        private int boots;

        Patched(int number) {
            journal = directory.resolve("journal-" + number);
            dpkg.versions.put("kernel", 1);
            dpkg.versions.put("tool", 1);
        }

        long reboots() {
            return host.units().calls().stream().filter("reboot"::equals).count();
        }

        /** Runs the plan; whether the host is what it is to be in the end. What is on its way down comes up again. */
        boolean run(Host seen) {
            try (var open = Journal.open(journal, host.clock())) {
                var plan = new Plan(new Revision(3), planner.steps(LEVEL, 1));
                var result =
                        new PlanRunner(seen, open, (revision, event) -> events.add(event), new MortalPacer()).run(plan);
                assertThat(result).isInstanceOf(Converged.class);
                return true;
            } catch (InterruptedException e) {
                assertThat(reboots()).as("what ended the agent").isGreaterThan(boots);
            } catch (CrashingHost.Crash killed) {
                assertThat(killed).isNotNull();
            }
            if (reboots() > boots) {
                boots = (int) reboots();
                dpkg.boot(host);
            }
            return false;
        }

        /** Time passes until the host goes down, and the agent with it. */
        private final class MortalPacer implements Pacer {
            private final ManualPacer time = new ManualPacer();

            @Override
            public long nanos() {
                return time.nanos();
            }

            @Override
            public void pause(Duration pause) throws InterruptedException {
                if (reboots() > boots) {
                    throw new InterruptedException("the host goes down");
                }
                time.pause(pause);
            }
        }
    }

    @Test
    void comesToTheLevelWhereverItEnds() {
        int killed = 0;
        boolean passed = true;
        while (passed) {
            killed++;
            var patched = new Patched(killed);
            var crashing = new CrashingHost(patched.host, killed, what -> {});
            boolean done = patched.run(crashing);
            passed = crashing.isPassed();
            for (int start = 1; !done; start++) {
                assertThat(start).as("starts, killed at %d", killed).isLessThan(MOST_STARTS);
                done = patched.run(patched.host);
            }
            assertThat(patched.dpkg.versions)
                    .as("killed at %d", killed)
                    .containsEntry("kernel", 2)
                    .containsEntry("tool", 2);
            assertThat(patched.reboots()).as("killed at %d", killed).isBetween(1L, 2L);
            assertThat(patched.planner.reached(patched.host)).contains(new BundleName("b"));
            assertThat(patched.events)
                    .as("killed at %d", killed)
                    .noneMatch(event -> event instanceof RunEvent.StepHalted || event instanceof RunEvent.PlanHalted);
        }
        assertThat(killed).isGreaterThan(10);
    }

    @Test
    void saysWhichLevelIsThereOnlyWhereANoteSaysSo() {
        var patched = new Patched(0);
        assertThat(patched.planner.reached(patched.host)).isEmpty();
        for (var note : List.of(
                "", "no JSON", "[]", "{\"v\":2,\"level\":\"b\"}", "{\"v\":1,\"level\":\"../b\"}", "{\"v\":1}")) {
            patched.host.files().put("/etc/keelson/agent/os-level.json", note);
            assertThat(patched.planner.reached(patched.host)).as(note).isEqualTo(Optional.empty());
        }
    }

    /** The everyday upgrades of a host that has the level are none of the plan's business. */
    @Test
    void aHostThatHasTheLevelIsLeftToWhoeverChangesPackages() throws InterruptedException {
        var patched = new Patched(1);
        while (!patched.run(patched.host)) {
            assertThat(patched.reboots()).isLessThan(MOST_STARTS);
        }
        patched.host.files().put("/proc/locks", "1: POSIX  ADVISORY  WRITE 4711 fe:00:21 0 EOF\n");
        patched.host.files().put("/proc/4711/comm", "unattended-upgr\n");
        patched.host.files().link(Path.of("/proc/4711/fd/3"), Path.of("/var/lib/dpkg/lock-frontend"));

        assertThat(PlanRunner.drift(patched.host, new Plan(new Revision(3), patched.planner.steps(LEVEL, 1))))
                .isEmpty();
    }
}
