package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.Artifacts;
import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.Topology;
import io.keelson.lab.host.Lab;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Order;

/** Killing Keelson's own processes while it installs a cluster: hosts of its own, before those that all others share. */
@Order(1)
class CrashScenarios {
    private static final int AGENT_KILLS = 10;
    private static final int SERVER_KILLS = 3;
    private static final Duration SPAN = Duration.ofSeconds(100);

    /** One kill. @param pid of the process that died by it */
    private record Kill(String host, String unit, long pid) {}

    @Scenario(
            value = "crash-install",
            about = "agents killed ten times and the server three times during an installation: it converges",
            extended = true)
    void agentsAndServerKilledDuringAnInstallation() throws Exception {
        var progress = Progress.console();
        long seed = Long.getLong("keelson.seed", System.nanoTime());
        progress.say("seed " + seed + " (again: -Dkeelson.seed=" + seed + ")");
        var artifacts = Artifacts.prepare(progress);
        try (var lab = Lab.fresh("crash")) {
            var fleet = new KeelsonFleet(lab, Topology.THREE_ZONES, artifacts, progress);
            try {
                fleet.enrol();
                List<Kill> kills;
                try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                    Future<List<Kill>> killing = threads.submit(() -> kill(fleet, new Random(seed), progress));
                    fleet.insist();
                    kills = killing.get(5, TimeUnit.MINUTES);
                }
                assertThat(kills).hasSize(AGENT_KILLS + SERVER_KILLS).allMatch(kill -> kill.pid() > 0);
                fleet.awaitReady();

                assertThat(Etcd.of(fleet).identities()).hasSize(3);
                assertThat(Etcd.of(fleet).health()).hasSize(3).allMatch(line -> line.contains("is healthy"));
                for (var host : fleet.nodes()) {
                    assertThat(Effects.repeated(fleet, host.name()))
                            .as(host.name())
                            .isEmpty();
                }
            } catch (RuntimeException | AssertionError e) {
                Evidence.of(lab, progress);
                throw e;
            }
        }
    }

    private static List<Kill> kill(KeelsonFleet fleet, Random random, Progress progress) {
        var victims = new ArrayList<String>();
        for (int i = 0; i < AGENT_KILLS; i++) {
            victims.add("keelson-agent.service");
        }
        for (int i = 0; i < SERVER_KILLS; i++) {
            victims.add(random.nextInt(victims.size()), "keelson-server.service");
        }
        var kills = new ArrayList<Kill>();
        for (var unit : victims) {
            // Moments at random, not a wait for anything: the fault is to come at any time.
            LockSupport.parkNanos(random.nextLong(SPAN.toNanos() * 2 / victims.size()));
            var host = unit.startsWith("keelson-server")
                    ? fleet.server()
                    : fleet.nodes().get(random.nextInt(fleet.nodes().size()));
            var kill = new Kill(host.name(), unit, killed(host, unit));
            progress.say("killed " + unit + " on " + kill.host() + ", pid " + kill.pid());
            kills.add(kill);
        }
        return kills;
    }

    /** Kills by SIGKILL and makes sure that the very process is gone. */
    private static long killed(LabHost host, String unit) {
        var script = "until pid=$(systemctl show -p MainPID --value " + unit + ") && [ \"$pid\" -gt 0 ]; do :; done;"
                + " kill -KILL $pid; until ! [ -d /proc/$pid ] || grep -q '^State:.Z' /proc/$pid/status; do :; done; echo $pid";
        return Long.parseLong(host.mustShell(script).strip());
    }
}
