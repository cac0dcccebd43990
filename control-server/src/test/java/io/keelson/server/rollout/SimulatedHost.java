package io.keelson.server.rollout;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import io.keelson.release.Digest;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.observed.Facts;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.observed.ReportedProblem;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A control-plane host as the loop sees it, with a member that does what agents do, in ticks. */
final class SimulatedHost {
    private static final long FILE = 1000L << 20;
    private static final EtcdId CLUSTER = new EtcdId(7);
    /** Ticks between an order that names another bundle and the start of its etcd. */
    private static final int STAGING = 3;

    final String name;
    private final int number;
    private FleetHost known;
    private Revision converged;
    private EtcdUpkeep done = EtcdUpkeep.NONE;
    private int incarnation = 1;
    private int ticksAway;
    private Runnable whenBack = () -> {};
    private Optional<String> halted = Optional.empty();
    private boolean lost;
    private String loss = "";
    private boolean fragmented;
    private Digest runs;
    private int ticksStaging;

    SimulatedHost(FleetHost told, int number) {
        this.name = told.id().value();
        this.number = number;
        this.known = told;
        this.converged = told.desired().orElseThrow().revision();
        this.runs = node().manifest();
    }

    FleetHost known() {
        return known;
    }

    private NodeSpec node() {
        return known.node().orElseThrow();
    }

    private Revision ordered() {
        return known.desired().orElseThrow().revision();
    }

    void tell(NodeSpec node) {
        if (!node.manifest().equals(node().manifest())) {
            ticksStaging = STAGING;
        }
        var next = known.desired()
                .map(before -> before.next(new Epoch(1), ordered().next(), Optional.of(node)));
        known = new FleetHost(known.host(), next, known.observed());
    }

    boolean carries() {
        return !lost && ticksAway == 0;
    }

    /** Down because of an order, and not because its disk was lost. */
    boolean isAwayByOrder() {
        return !lost && ticksAway > 0;
    }

    /** @param code of the problem with which its agent halts then */
    void lose(String code) {
        lost = true;
        loss = code;
        ticksAway = 0;
    }

    void fragment() {
        fragmented = true;
    }

    boolean rests() {
        return carries() && !fragmented && converged.equals(ordered());
    }

    /** Whether its member was started from that bundle. */
    boolean runs(Digest manifest) {
        return runs.equals(manifest);
    }

    /**
     * One tick of its agent.
     *
     * @param others carry the quorum without it, as it finds when it asks them
     * @param alone no other host is down by an order: what the server sees to
     */
    void act(boolean others, boolean alone) {
        if (ticksAway > 0) {
            if (--ticksAway == 0) {
                whenBack.run();
            }
            return;
        }
        halted = Optional.empty();
        if (ticksStaging > 0) {
            ticksStaging--;
        } else if (lost) {
            rebuild(others);
        } else if (!runs(node().manifest())) {
            var manifest = node().manifest();
            begin(others, alone, () -> runs = manifest);
        } else if (!done.covers(node().etcd().upkeep())) {
            begin(others, alone, () -> {
                fragmented = fragmented
                        && done.defragmentation() == node().etcd().upkeep().defragmentation();
                done = node().etcd().upkeep();
            });
        } else {
            converged = ordered();
        }
    }

    private void rebuild(boolean others) {
        int wanted = node().etcd().incarnation();
        if (wanted == incarnation) {
            halted = Optional.of(loss);
        } else if (!others) {
            halted = Optional.of("ETCD_QUORUM_AT_RISK");
        } else {
            ticksAway = 3;
            var manifest = node().manifest();
            whenBack = () -> {
                incarnation = wanted;
                runs = manifest;
                done = node().etcd().upkeep();
                lost = false;
            };
        }
    }

    private void begin(boolean others, boolean alone, Runnable effect) {
        if (!alone) {
            throw new AssertionError(name + " was told to go down while another host is down by an order");
        }
        if (!others) {
            halted = Optional.of("ETCD_QUORUM_AT_RISK");
            return;
        }
        ticksAway = 2;
        whenBack = effect;
    }

    /** What it is like now reaches the server. */
    void report(boolean leads) {
        var observed = new ObservedHost(
                known.id(),
                Optional.of("session"),
                "s1",
                ClusterLoopTest.NOW,
                "0.1.0",
                "boot",
                Facts.NONE,
                new Epoch(1),
                ordered(),
                converged,
                false,
                "",
                halted.map(code -> new ReportedProblem(code, "what", "advice", "", false)),
                ordered(),
                0,
                Optional.of(new MemberReport(
                        incarnation, Optional.of(done), carries() ? Optional.of(status(leads)) : Optional.empty())),
                true,
                Optional.empty());
        known = new FleetHost(known.host(), known.desired(), Optional.of(observed));
    }

    private MemberStatus status(boolean leads) {
        return new MemberStatus(
                CLUSTER,
                new EtcdId(number + 16L * incarnation),
                "3.5.16",
                leads ? Role.LEADER : Role.FOLLOWER,
                true,
                0,
                2,
                9,
                9,
                5,
                FILE,
                fragmented ? FILE / 4 : FILE,
                Set.of(),
                List.of());
    }

    @Override
    public String toString() {
        return name + " at " + converged + " of " + ordered() + (lost ? ", lost" : "")
                + (fragmented ? ", fragmented" : "")
                + halted.map(code -> ", " + code).orElse("");
    }
}
