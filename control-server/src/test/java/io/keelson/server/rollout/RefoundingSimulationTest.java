package io.keelson.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.MemberPermit;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Refounding;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import io.keelson.server.fleet.RequestedRefounding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Clusters that lose most of their disks, by seeds, with hosts that are away when it happens and come back at any moment,
 * founders that are lost again, and servers that are killed before any of their writes. A founder is told only when no member
 * of before runs on a host that is there; in the end all hosts are members of one and the same cluster, and every API server may
 * ask all of them.
 */
class RefoundingSimulationTest {
    private static final int SEEDS = 300;
    private static final int FAULTS_END = 80;
    private static final int TICKS = 400;
    /** Before one of so many writes. */
    private static final int SERVER_DIES = 5;

    private static final String[] CONTROL_PLANE = {"cp-a", "cp-b", "cp-c"};

    private static final class Run {
        private final Random random;
        private final List<RefoundedHost> hosts = new ArrayList<>();
        private final List<FleetHost> workers = new ArrayList<>();
        private RegisteredCluster cluster = ClusterLoopTest.cluster("prod", false, List.of(CONTROL_PLANE), "w-1");
        private int number;
        private int withoutQuorum;
        private int writes;
        private final int deadly;

        /** @param deadly the server is killed before its write of that number; 0 for any, now and then */
        Run(int seed, int deadly) {
            random = new Random(seed);
            this.deadly = deadly;
            var spares = ClusterLoopTest.spares("cp-a", "cp-b", "cp-c", "w-1");
            for (var host : ClusterLoopTest.told(spares, ClusterLoopTest.decide(fleet(spares)))) {
                if (host.id().value().startsWith("cp-")) {
                    hosts.add(new RefoundedHost(host));
                } else {
                    workers.add(host);
                }
            }
        }

        private FleetImage fleet(List<FleetHost> fleet) {
            return FleetImage.of(fleet, List.of(cluster), List.of(ClusterLoopTest.bundle(ClusterLoopTest.BUNDLE)));
        }

        private void decide() {
            var all = new ArrayList<>(workers);
            hosts.forEach(host -> all.add(host.known()));
            for (var assignment : ClusterLoopTest.decide(fleet(all))) {
                writes++;
                if (writes == deadly || (deadly == 0 && random.nextInt(SERVER_DIES) == 0)) {
                    return; // another one goes on from what is written
                }
                if (assignment
                        .permit()
                        .filter(MemberPermit.Refound.class::isInstance)
                        .isPresent()) {
                    assertThat(hosts)
                            .as("members of before that run on hosts that are there")
                            .noneMatch(host -> host.known().connected(ClusterLoopTest.NOW) && host.runs());
                }
                hosts.stream()
                        .filter(host -> new HostId(host.name).equals(assignment.host()))
                        .forEach(host -> host.tell(assignment.node()));
            }
        }

        /** A person, who takes a disk that is there, and else a snapshot. */
        private void recover() {
            boolean quorum = hosts.stream().anyMatch(host -> host.runs() && host.hasQuorum(hosts));
            withoutQuorum = quorum ? 0 : withoutQuorum + 1;
            long disks = hosts.stream().filter(RefoundedHost::hasData).count();
            if (withoutQuorum < 15 || disks > 1 && number == 0) {
                return;
            }
            withoutQuorum = 0;
            hosts.stream()
                    .filter(host -> !host.isAway())
                    .max(java.util.Comparator.comparing(RefoundedHost::hasData))
                    .ifPresent(founder -> {
                        number++;
                        var wanted = new RequestedRefounding(
                                number, new HostId(founder.name), new Refounding.Origin.Disk(), away());
                        cluster = new RegisteredCluster(
                                cluster.spec(),
                                cluster.created(),
                                cluster.generation(),
                                false,
                                Map.of(),
                                0,
                                Optional.of(wanted),
                                8);
                    });
        }

        private Set<HostId> away() {
            return hosts.stream()
                    .filter(RefoundedHost::isAway)
                    .map(host -> new HostId(host.name))
                    .collect(Collectors.toSet());
        }

        private void fault() {
            var victim = hosts.get(random.nextInt(hosts.size()));
            switch (random.nextInt(8)) {
                case 0 -> victim.lose();
                case 1 -> victim.away(true);
                case 2, 3 -> victim.away(false);
                default -> {
                    // Most ticks nothing happens.
                }
            }
        }

        void tick(int tick) {
            if (tick < FAULTS_END) {
                fault();
            } else if (tick == FAULTS_END) {
                hosts.forEach(host -> host.away(false));
                hosts.getFirst().lose();
                hosts.getLast().lose();
            }
            Collections.shuffle(hosts, random);
            hosts.forEach(host -> host.act(hosts));
            hosts.forEach(host -> host.report(hosts));
            recover();
            if (random.nextInt(3) > 0) {
                decide();
            }
        }
    }

    @Test
    void membersOfBeforeAreStoppedFirstAndInTheEndThereIsOneCluster() {
        int refoundings = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            refoundings += whole(new Run(seed, 0), 0, "seed " + seed).number;
        }
        assertThat(refoundings).as("clusters that were begun anew").isGreaterThan(SEEDS);
    }

    private static Run whole(Run run, int from, String which) {
        try {
            for (int tick = from; tick < TICKS; tick++) {
                run.tick(tick);
            }
        } catch (AssertionError e) {
            throw new AssertionError(which, e);
        }
        assertThat(run.hosts).as(which).allMatch(host -> host.rests());
        assertThat(run.hosts.stream().map(RefoundedHost::cluster).distinct())
                .as(which)
                .hasSize(1);
        return run;
    }

    /** Two disks of three are lost, and the server is killed before each of the writes by which the cluster is begun anew. */
    @Test
    void anotherServerGoesOnWhereverOneIsKilled() {
        int deadly = 0;
        Run run;
        do {
            deadly++;
            run = whole(new Run(7, deadly), FAULTS_END, "killed before write " + deadly);
            assertThat(run.number)
                    .as("begun anew, killed before write %d", deadly)
                    .isPositive();
        } while (run.writes >= deadly);
        assertThat(deadly).as("writes").isGreaterThan(8);
    }
}
