package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fault.Killed;
import io.keelson.lab.fault.NeverBack;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.LabPackage;
import io.keelson.lab.fleet.OsLevel;
import io.keelson.lab.fleet.OsLevels;
import io.keelson.lab.fleet.OsLevels.Patches;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Scenario;
import io.keelson.lab.pool.PoolDeclaration;
import io.keelson.lab.pool.PoolView;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;

/** Why nodes are begun anew besides another level, when that may be, and what may happen on the way. */
@ExtendWith(PoolFleet.class)
@Order(22)
class PoolRestartScenarios {
    private static final int AT_ONCE = 2;

    /** What systemd says of a unit that has none. */
    private static final String NO_PROCESS = "0";

    /** What differs for so long has drifted: longer than an agent ever rests between two attempts to mend it. */
    private static final String PATIENCE = "{joining: PT3M, leaving: PT3M, patching: PT3M}";

    /** Where an agent is killed on its way to a level, before the host goes down. */
    private static final List<String> STEPS = List.of("os.staged: ", "os.packages: ", "os.level: ");

    private final KeelsonFleet fleet;
    private final PoolTrial trial;

    PoolRestartScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.trial = new PoolTrial(fleet);
    }

    @Scenario(
            value = "pool-restart",
            about =
                    "a window that is closed, agent and server killed at each step, a package that somebody takes back, a"
                            + " reboot that is asked for and a host that does not come back from it: nobody notices",
            extended = true)
    void nodesAreBegunAnewForWhateverReasonWithoutAnybodyNoticing() {
        trial.settle();
        var level = fleet.levels().publish(Patches.NONE);
        var nodes = trial.nodes();
        var pool = PoolDeclaration.of(PoolTrial.POOL, nodes, PoolTrial.SIZE)
                .with("strategy", "inPlace")
                .with("maxUnavailable", Integer.toString(AT_ONCE))
                .with("patience", PATIENCE)
                .at(level);
        var boots = trial.boots(nodes);
        var recorded = trial.during(() -> {
            notBefore(pool);
            killed(pool, level);
            assertThat(trial.boots(nodes)).doesNotContainAnyElementsOf(boots);
            takenBack(level, nodes.getLast());
            restarted(nodes);
        });
        trial.assertNoCallFailed(recorded);
        trial.assertAvailable(recorded, pool, PoolTrial.SIZE - AT_ONCE);
        trial.assertAway(recorded, AT_ONCE);
        assertThat(trial.nodes()).isEqualTo(nodes);
    }

    /** The declaration is taken, and nothing is begun; the status says when it will be. */
    private void notBefore(PoolDeclaration pool) {
        var before = trial.history();
        window(pool, 6, Duration.ofMinutes(1)).apply(fleet);
        var status = trial.await("it waits", seen -> seen.text().contains("no maintenance window is open until"));
        assertThat(status.in("SERVING")).hasSize(PoolTrial.SIZE);
        assertThat(trial.since(before)).noneMatch(event -> event.to().equals("DRAINING"));
    }

    /** The same, which may begin at that many hours from now. */
    private static PoolDeclaration window(PoolDeclaration pool, int hours, Duration length) {
        var opens =
                LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES).plusHours(hours);
        return pool.with("maintenanceWindows", "[{opens: \"%s\", length: %s}]".formatted(opens, length));
    }

    /** Of the first node. Its agent goes on where it was each time, so the packages come with one transaction. */
    private void killed(PoolDeclaration pool, OsLevel level) {
        window(pool, -1, Duration.ofHours(12)).apply(fleet);
        var host = fleet.lab().host(trial.one("DRAINING"));
        try (var agent = Killed.at(host, Joining.AGENT, STEPS)) {
            kill(fleet.server(), "keelson-server.service");
            agent.await(PoolTrial.SOON);
        }
        trial.await(
                host.name() + " is verified", status -> status.in("VERIFYING").contains(host.name()));
        kill(host, Joining.AGENT);
        kill(fleet.server(), "keelson-server.service");
        trial.awaitLevel(pool, level);
        assertThat(host.readFile(LabPackage.LOG).lines())
                .containsOnlyOnce(OsLevels.MARKER + " " + level.versions().get(OsLevels.MARKER));
    }

    private static void kill(LabHost host, String unit) {
        var before = pid(host, unit);
        host.mustExec("systemctl", "kill", "-s", "KILL", unit);
        Awaitility.await(unit + " of " + host.name() + " is another process")
                .atMost(Duration.ofMinutes(1))
                .until(() -> !Set.of(before, NO_PROCESS).contains(pid(host, unit)));
    }

    private static String pid(LabHost host, String unit) {
        return host.mustExec("systemctl", "show", "-p", "MainPID", "--value", unit)
                .strip();
    }

    /** The node that carries pods is left alone, and then emptied and mended; nobody else is touched. */
    private void takenBack(OsLevel level, String node) {
        var before = trial.history();
        var host = fleet.lab().host(node);
        host.mustExec("dpkg", "--remove", OsLevels.MARKER);
        kill(host, Joining.AGENT); // looks anew as it begins
        var status = trial.await(node + " is emptied", seen -> {
            boolean serves = seen.in("SERVING").contains(node);
            assertThat(serves && level.lacking(host).isEmpty())
                    .as("packages come back while it carries pods")
                    .isFalse();
            return !serves;
        });
        assertThat(fleet.keelson("get", "hosts", node, "-o", "yaml")).contains("HOST_LEVEL_LOST", OsLevels.MARKER);
        assertThat(status.in("SERVING")).hasSize(PoolTrial.SIZE - 1);
        trial.await(node + " serves again", seen -> seen.in("SERVING").size() == PoolTrial.SIZE);
        assertThat(level.lacking(host)).isEmpty();
        assertThat(trial.since(before))
                .allSatisfy(event -> assertThat(event.host()).isEqualTo(node))
                .anyMatch(event ->
                        event.to().equals("DRAINING") && event.why().equals("what it runs is not what the pool wants"));
    }

    /** All of them are rebooted though they are at their level. One stays down: others of its zone go on, those of others wait. */
    private void restarted(List<String> nodes) {
        var boots = trial.boots(nodes);
        trial.view().must("restart");
        var host = fleet.lab().host(trial.one("DRAINING"));
        Instant failed;
        try (var never = NeverBack.from(host)) {
            never.awaitDown(PoolTrial.SOON);
            var status = trial.await("it has failed", seen -> seen.in("FAILED").equals(List.of(host.name())));
            failed = event(host.name(), "FAILED").at();
            assertThat(event(host.name(), "FAILED").why()).isEqualTo("it did not come to its level within PT3M");
            var zone = fleet.topology().zone(host.name());
            assertThat(status.in("SERVING"))
                    .containsAll(nodes.stream()
                            .filter(each -> !fleet.topology().zone(each).equals(zone))
                            .toList());
        }
        host.awaitBooted(Duration.ofMinutes(2));
        trial.view().must("retry", host.name());
        var back = Instant.now();
        trial.await(
                "all were started again, and serve",
                seen -> seen.in("SERVING").equals(nodes)
                        && trial.boots(nodes).stream().noneMatch(boots::contains));
        assertThat(trial.view().history())
                .filteredOn(event -> event.to().equals("DRAINING")
                        && event.at().isAfter(failed)
                        && event.at().isBefore(back))
                .allSatisfy(event -> assertThat(fleet.topology().zone(event.host()))
                        .isEqualTo(fleet.topology().zone(host.name())));
    }

    /** The newest of a host that came to that stage. */
    private PoolView.Event event(String host, String stage) {
        return trial.view().history().reversed().stream()
                .filter(event -> event.host().equals(host) && event.to().equals(stage))
                .findFirst()
                .orElseThrow();
    }
}
