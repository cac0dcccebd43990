package io.keelson.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.HostId;
import io.keelson.release.Digest;
import io.keelson.server.content.PublishedBundle;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The whole decision against hosts that are defragmented, lose disks, hold data that differ and report late, while people
 * declare one bundle after the other and the server is killed before any of its writes, by seeds. Two things must hold: no
 * host is told to go down while another one is down by an order, and once faults end everything comes to rest.
 */
class EtcdSimulationTest {
    private static final int SEEDS = 500;
    private static final int FAULTS_END = 150;
    private static final int TICKS = 600;
    /** Before one of so many writes. */
    private static final int SERVER_DIES = 5;

    private static final List<PublishedBundle> BUNDLES = List.of(
            ClusterLoopTest.bundle(ClusterLoopTest.BUNDLE.value(), "3.5.16"),
            ClusterLoopTest.bundle("other-etcd", "3.5.30"),
            ClusterLoopTest.bundle("third-etcd", "3.5.31"));
    private static final String[] CONTROL_PLANE = {"cp-a", "cp-b", "cp-c"};

    private static final class Run {
        private final Random random;
        private final List<SimulatedHost> hosts = new ArrayList<>();
        private final List<FleetHost> workers = new ArrayList<>();
        private RegisteredCluster cluster = ClusterLoopTest.cluster("prod", false, List.of(CONTROL_PLANE), "w-1");
        private int losses;
        private int told;
        private int declared;
        private int killed;

        Run(int seed) {
            random = new Random(seed);
            var spares = ClusterLoopTest.spares("cp-a", "cp-b", "cp-c", "w-1");
            for (var host : ClusterLoopTest.told(spares, ClusterLoopTest.decide(fleet(spares)))) {
                if (host.id().value().startsWith("cp-")) {
                    hosts.add(new SimulatedHost(host, hosts.size() + 1));
                } else {
                    workers.add(host);
                }
            }
        }

        private FleetImage fleet(List<FleetHost> fleet) {
            return FleetImage.of(fleet, List.of(cluster), BUNDLES);
        }

        private Digest wanted() {
            return BUNDLES.stream()
                    .filter(bundle ->
                            bundle.manifest().name().equals(cluster.spec().bundle()))
                    .findFirst()
                    .orElseThrow()
                    .digest();
        }

        private void decide() {
            var all = new ArrayList<>(workers);
            hosts.forEach(host -> all.add(host.known()));
            for (var assignment : ClusterLoopTest.decide(fleet(all))) {
                if (random.nextInt(SERVER_DIES) == 0) {
                    killed++;
                    return; // another one goes on from what is written
                }
                workers.replaceAll(worker -> worker.id().equals(assignment.host())
                        ? new FleetHost(
                                worker.host(),
                                worker.desired()
                                        .map(before -> new DesiredState(
                                                worker.id(),
                                                before.epoch(),
                                                before.revision().next(),
                                                Optional.of(assignment.node()))),
                                Optional.empty())
                        : worker);
                hosts.stream()
                        .filter(host -> new HostId(host.name).equals(assignment.host()))
                        .forEach(host -> {
                            host.tell(assignment.node());
                            told++;
                        });
            }
        }

        private void fault() {
            var victim = hosts.get(random.nextInt(hosts.size()));
            boolean whole = hosts.stream().allMatch(SimulatedHost::carries);
            switch (random.nextInt(12)) {
                case 0 -> {
                    if (whole) {
                        victim.lose(random.nextBoolean() ? "ETCD_DATA_LOST" : "ETCD_DATA_CORRUPT");
                        losses++;
                    }
                }
                case 1, 2 -> victim.fragment();
                case 3 -> {
                    cluster = ClusterLoopTest.running(cluster, BUNDLES.get(random.nextInt(BUNDLES.size())));
                    declared++;
                }
                default -> {
                    // Most ticks nothing happens.
                }
            }
        }

        void tick(int number) {
            if (number < FAULTS_END) {
                fault();
            }
            Collections.shuffle(hosts, random);
            for (var host : hosts) {
                var others = hosts.stream().filter(other -> !other.equals(host)).toList();
                host.act(
                        others.stream().allMatch(SimulatedHost::carries),
                        others.stream().noneMatch(SimulatedHost::isAwayByOrder));
                if (random.nextBoolean()) {
                    host.report(host.name.equals("cp-a"));
                }
            }
            if (random.nextInt(3) > 0) {
                decide();
            }
        }
    }

    /** rancher#43173: there two members went where one was meant. */
    @Test
    void noTwoMembersAreTakenDownAndEverythingComesToRest() {
        int losses = 0;
        int told = 0;
        int declared = 0;
        int killed = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed);
            try {
                for (int tick = 0; tick < TICKS; tick++) {
                    run.tick(tick);
                }
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
            assertThat(run.hosts)
                    .as("seed %d", seed)
                    .allMatch(host -> host.rests())
                    .allMatch(host -> host.runs(run.wanted()));
            assertThat(run.workers)
                    .as("seed %d", seed)
                    .allMatch(host -> host.node().orElseThrow().manifest().equals(run.wanted()));
            losses += run.losses;
            told += run.told;
            declared += run.declared;
            killed += run.killed;
        }
        assertThat(losses).as("disks that were lost").isGreaterThan(SEEDS / 2);
        assertThat(declared).as("bundles that were declared").isGreaterThan(5 * SEEDS);
        assertThat(killed).as("servers that were killed").isGreaterThan(SEEDS);
        assertThat(told).as("orders").isGreaterThan(5 * SEEDS);
    }
}
