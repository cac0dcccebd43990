package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fault.NeverBack;
import io.keelson.lab.fault.SmallDisk;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.LabPackage;
import io.keelson.lab.fleet.OsLevel;
import io.keelson.lab.fleet.OsLevels.Patches;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Scenario;
import io.keelson.lab.pool.PoolDeclaration;
import io.keelson.lab.pool.PoolView;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;

/** What may happen to spares and to hosts that are to be spares again. Nodes serve on. */
@ExtendWith(PoolFleet.class)
@Order(24)
class PoolSpareFaultScenarios {
    private static final String OTHER = "other";

    private final KeelsonFleet fleet;
    private final PoolTrial trial;

    PoolSpareFaultScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.trial = new PoolTrial(fleet);
    }

    private PoolDeclaration pool(OsLevel level) {
        var hosts =
                Stream.concat(trial.nodes().stream(), trial.spares().stream()).toList();
        return PoolDeclaration.of(PoolTrial.POOL, hosts, PoolTrial.SIZE)
                .with("strategy", "replace")
                .with("toleratedFailures", "1")
                .with("patience", "{joining: PT2M, leaving: PT3M, patching: PT3M}")
                .at(level);
    }

    @Scenario(
            value = "pool-spare-faults",
            about =
                    "a spare's disk is full, a spare dies while it joins, a host does not come back from its reboot: others"
                            + " go on, and at the second failure nothing is begun any more",
            extended = true)
    void othersGoOnUntilTooManyHaveFailed() {
        trial.settle();
        var level = fleet.levels()
                .publish(Patches.NONE, new LabPackage("keelson-lab-bulk", "1.0." + System.currentTimeMillis(), "", 64));
        var nodes = trial.nodes();
        var full = fleet.lab().host(trial.spares().get(0));
        var dying = fleet.lab().host(trial.spares().get(1));
        full.mustExec("mkdir", "-p", LabPackage.BULK);
        var pool = pool(level);
        var recorded = trial.during(() -> {
            // Gone after the reboot, and the package's file with it.
            var disk = SmallDisk.at(full, LabPackage.BULK, 160);
            disk.fill(16);
            pool.apply(fleet);
            trial.await(
                    full.name() + " has no room",
                    status -> status.in("PREPARING").contains(full.name())
                            && fleet.keelson("get", "hosts", full.name(), "-o", "yaml")
                                    .contains("HOST_DISK_FULL"));
            assertThat(level.lacking(full)).anyMatch(each -> each.startsWith("keelson-lab-bulk "));
            trial.await(
                    dying.name() + " joins", status -> status.in("VERIFYING").contains(dying.name()));
            dying.kill();
            disk.makeRoom();
            // It goes on by itself, in the place of the one that died.
            var status = trial.await(
                    full.name() + " serves, " + dying.name() + " has failed",
                    seen -> seen.in("FAILED").equals(List.of(dying.name()))
                            && seen.in("SERVING").contains(full.name()));
            assertThat(level.lacking(full)).isEmpty();
            assertThat(status.in("SERVING")).hasSizeGreaterThanOrEqualTo(PoolTrial.SIZE);
            heldAfterOneMore(dying);
        });
        trial.assertNoCallFailed(recorded);
        trial.assertAvailable(recorded, pool, PoolTrial.SIZE);
        assertThat(trial.nodes()).isNotEqualTo(nodes);
    }

    /** The next host that leaves goes down for its reboot, and stays there. */
    private void heldAfterOneMore(LabHost dying) {
        var leaver = host(
                trial.await("a node leaves", status -> !status.in("LEAVING").isEmpty())
                        .in("LEAVING")
                        .getFirst());
        try (var never = NeverBack.from(leaver)) {
            never.awaitDown(PoolTrial.SOON);
            var status = trial.await(
                    "two hosts have failed", seen -> seen.in("FAILED").size() == 2);
            assertThat(status.in("FAILED")).contains(leaver.name(), dying.name());
            assertThat(status.text()).contains("2 hosts have failed, tolerated are 1");
            assertThat(status.in("SERVING")).hasSize(PoolTrial.SIZE);
            assertThat(status.in("DRAINING")).isEmpty();
        }
        // They are well again, and nothing more is begun meanwhile.
        trial.view().must("pause");
        dying.start();
        for (var mended : List.of(leaver, dying)) {
            mended.awaitBooted(Duration.ofMinutes(2));
            fleet.keelson("pool", "retry", PoolTrial.POOL, mended.name());
        }
        // The one that died while it joined had yet to come to its order, so it leaves before it is tried as a spare
        // again.
        trial.await(
                "no host has failed: both are spares",
                status -> status.in("SPARE")
                        .equals(Stream.of(leaver, dying)
                                .map(LabHost::name)
                                .sorted()
                                .toList()));
    }

    @Scenario(
            value = "pool-bad-level",
            about =
                    "the script of a package fails: the first spare says so, nothing is emptied, and the next level is taken",
            extended = true)
    void aLevelThatCannotBeInstalledTouchesNoNode() {
        trial.settle();
        var bad = fleet.levels()
                .publish(
                        Patches.NONE,
                        new LabPackage(
                                "keelson-lab-bad",
                                "1.0." + System.currentTimeMillis(),
                                "echo 'the lab lets it fail' >&2; exit 3",
                                0));
        var spares = trial.spares();
        var pool = pool(bad);
        pool.apply(fleet);
        var status =
                trial.await("the spares have failed", seen -> seen.in("FAILED").equals(spares));
        assertThat(status.in("SERVING")).isEqualTo(trial.nodes());
        assertThat(trial.view().history())
                .noneMatch(event -> event.to().equals("DRAINING") && event.why().contains(bad.name()));
        for (var spare : trial.hosts(spares)) {
            assertThat(fleet.keelson("get", "hosts", spare.name(), "-o", "yaml"))
                    .contains("HOST_PACKAGE_FAILED", "keelson-lab-bad", "the lab lets it fail");
            assertThat(spare.mustShell("dpkg-query -W -f '${db:Status-Abbrev}' keelson-lab-bad"))
                    .startsWith("iF");
        }

        var good = fleet.levels()
                .publish(Patches.NONE, new LabPackage("keelson-lab-bad", "2.0." + System.currentTimeMillis()));
        trial.view().must("pause");
        pool(good).apply(fleet);
        spares.forEach(spare -> fleet.keelson("pool", "retry", PoolTrial.POOL, spare));
        trial.view().must("resume");
        trial.await(
                "a spare has the next level",
                seen -> trial.hosts(spares).stream()
                        .anyMatch(spare -> good.lacking(spare).isEmpty()));
    }

    @Scenario(
            value = "pool-two",
            about = "two pools want the same spare: one gets it, the other waits and says for what",
            extended = true)
    void ofTwoPoolsThatWantASpareOneGetsIt() {
        trial.settle();
        var level = fleet.levels().publish(Patches.NONE);
        var spare = trial.spares().getFirst();
        var alone = fleet.topology().workerNames().getLast();
        var web = PoolDeclaration.of(
                        PoolTrial.POOL,
                        Stream.concat(trial.nodes().stream(), Stream.of(spare)).toList(),
                        PoolTrial.SIZE)
                .at(level);
        var other = PoolDeclaration.of(OTHER, List.of(alone, spare), 1);
        fleet.server()
                .writeFile(
                        "/root/pools.yaml",
                        web.manifest() + "---\n" + other.at(level).manifest(),
                        "0644");
        fleet.keelson("apply", "-f", "/root/pools.yaml");
        var views = List.of(trial.view(), PoolView.of(fleet, OTHER));
        Awaitility.await("one has the spare, and brings it to its level")
                .atMost(PoolTrial.SOON)
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> views.stream().anyMatch(view -> prepares(view, spare)));
        var winner =
                views.stream().filter(view -> prepares(view, spare)).findFirst().orElseThrow();
        var loser = views.get(1 - views.indexOf(winner));
        loser.await(
                "it says what it waits for",
                PoolTrial.SOON,
                status -> status.text().contains("it has no spare"));
        winner.await(
                "the spare serves",
                PoolTrial.SOON,
                status -> status.in("SERVING").contains(spare));
        assertThat(loser.history()).noneMatch(event -> event.host().equals(spare));

        PoolDeclaration.of(OTHER, List.of(alone), 1).apply(fleet);
        views.get(1)
                .await(
                        "it has its own node alone",
                        PoolTrial.SOON,
                        status -> status.stages().keySet().equals(Set.of(alone))
                                && status.in("SERVING").contains(alone));
        trial.settle();
        fleet.keelson("delete", "nodepool", OTHER);
    }

    private static boolean prepares(PoolView view, String spare) {
        return Set.of("PREPARING", "VERIFYING", "SERVING")
                .contains(view.status().stages().getOrDefault(spare, ""));
    }

    private LabHost host(String name) {
        return fleet.lab().host(name);
    }
}
