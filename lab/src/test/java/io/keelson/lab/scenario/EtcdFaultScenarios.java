package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fault.Frozen;
import io.keelson.lab.fault.Killed;
import io.keelson.lab.fault.OneWay;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is done to etcd's members, with a fault in the middle of it: it goes on when the fault is over. */
@ExtendWith(SharedFleet.class)
class EtcdFaultScenarios {
    private static final String SERVER = "keelson-server.service";

    /** Holds only while a member is defragmented: etcd writes the new database there. */
    private static final String DEFRAGMENTING = "ls " + EtcdMembers.DATA + "/member/snap/db.tmp.* >/dev/null 2>&1";

    /** Holds only while a member that is made anew has no vote yet. */
    static final String LEARNING =
            "test -e " + EtcdMembers.DATA + "/unstarted && systemctl is-active -q " + EtcdMembers.UNIT;

    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final KeelsonFleet fleet;
    private final EtcdMembers members;
    private final EtcdTrial trial;

    EtcdFaultScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.members = new EtcdMembers(fleet);
        this.trial = new EtcdTrial(fleet);
    }

    /** rke2#347: there a learner that had half joined kept all others out. */
    @Scenario(
            value = "etcd-fault-freeze",
            about =
                    "a member, then its agent, is stopped in the middle of a defragmentation, of a move of the leadership"
                            + " and as a learner: nothing else is begun meanwhile, and all of it goes on",
            extended = true)
    void membersAndTheirAgentsAreFrozen() {
        trial.run("etcd-fault-freeze", writer -> {
            members.ballast(64);
            frozenInADefragmentation(writer, EtcdMembers.UNIT, host -> !members.isSoundInside(host));
            frozenInADefragmentation(writer, Joining.AGENT, host -> !members.isConnected(host));
            frozenLeader(writer);
            frozenLearner(writer);
        });
    }

    /** @param noticed how it is seen that what is stopped on that host is */
    private void frozenInADefragmentation(SteadyWriter writer, String unit, Predicate<LabHost> noticed) {
        var one = members.followers().getFirst();
        var other = members.followers().getLast();
        int before = members.defragmentations(one);
        int othersBefore = members.defragmentations(other);
        try (var frozen = defragmenting(one, unit)) {
            members.askDefragmentation(other);
            EtcdMembers.await("it is seen that " + unit + " is stopped").until(() -> noticed.test(one));
            writer.awaitMore("while " + unit + " is stopped in a defragmentation");
            assertThat(frozen.holds()).isTrue();
            assertThat(members.refusesClients(one)).isTrue();
            assertThat(members.isUnderWay(other)).as("one at a time").isFalse();
        }
        members.awaitDefragmented(one, before);
        members.awaitDefragmented(other, othersBefore);
        assertThat(List.of(one, other)).noneMatch(members::keepsClientsAway);
    }

    /** Stops a unit while the member is being defragmented. */
    private Frozen defragmenting(LabHost host, String unit) {
        return Frozen.once(host, unit, DEFRAGMENTING, () -> members.askDefragmentation(host));
    }

    private void frozenLeader(SteadyWriter writer) {
        var leader = members.leader();
        var next = members.followers().getFirst();
        try (var frozen = Frozen.now(leader, EtcdMembers.UNIT)) {
            members.askLeadership(next);
            awaitAnotherThan(leader);
            writer.awaitMore("while the old leader is stopped");
            assertThat(frozen.holds()).isTrue();
        }
        members.awaitLeads(next);
    }

    private void awaitAnotherThan(LabHost leader) {
        EtcdMembers.await("another one leads")
                .until(() -> members.othersThan(leader).stream().anyMatch(members::leads));
    }

    private void frozenLearner(SteadyWriter writer) {
        var lost = members.followers().getLast();
        int before = members.incarnation(lost);
        try (var learner = Frozen.once(lost, EtcdMembers.UNIT, LEARNING, () -> members.lose(lost))) {
            EtcdMembers.await("a learner is listed").until(() -> members.learners() == 1);
            writer.awaitMore("while a learner is stopped");
            try (var agent = Frozen.now(lost, Joining.AGENT)) {
                learner.close();
                EtcdMembers.await("the server misses the agent").until(() -> !members.isConnected(lost));
                writer.awaitMore("while the learner's agent is stopped");
                assertThat(agent.holds()).isTrue();
                assertThat(members.learners())
                        .as("nobody else gives it its vote")
                        .isEqualTo(1);
            }
        }
        members.awaitRebuilt(lost, before);
    }

    @Scenario(
            value = "etcd-fault-one-way",
            about = "a member is not heard by the others in the middle of a defragmentation, when it leads, and as a"
                    + " learner that does not hear the leader: all of it goes on",
            extended = true)
    void membersAreNotHeard() {
        trial.run("etcd-fault-one-way", writer -> {
            members.ballast(64);
            unheardInADefragmentation(writer);
            unheardLeader(writer);
            learnerHearsNoLeader(writer);
        });
    }

    private void unheardInADefragmentation(SteadyWriter writer) {
        var one = members.followers().getFirst();
        var other = members.followers().getLast();
        int before = members.defragmentations(one);
        int othersBefore = members.defragmentations(other);
        var frozen = defragmenting(one, EtcdMembers.UNIT);
        try (var unheard = OneWay.from(one, members.othersThan(one), EtcdMembers.PEER_PORT)) {
            frozen.close();
            members.askDefragmentation(other);
            unheard.awaitDropped(20, LIMIT);
            EtcdMembers.await("it finds no majority").until(() -> !members.isSoundInside(one));
            writer.awaitMore("while a follower is not heard");
            assertThat(members.isUnderWay(other)).as("one at a time").isFalse();
            say("etcd-fault-one-way", one, unheard);
        } finally {
            frozen.close();
        }
        members.awaitDefragmented(one, before);
        members.awaitDefragmented(other, othersBefore);
    }

    private void unheardLeader(SteadyWriter writer) {
        var leader = members.leader();
        var next = members.followers().getFirst();
        try (var unheard = OneWay.from(leader, members.othersThan(leader), EtcdMembers.PEER_PORT)) {
            members.askLeadership(next);
            awaitAnotherThan(leader);
            writer.awaitMore("while the old leader is not heard");
            unheard.awaitDropped(20, LIMIT);
            say("etcd-fault-one-way", leader, unheard);
        }
        members.awaitLeads(next);
    }

    private void learnerHearsNoLeader(SteadyWriter writer) {
        var leader = members.leader();
        var lost = members.followers().getFirst();
        int before = members.incarnation(lost);
        var learner = Frozen.once(lost, EtcdMembers.UNIT, LEARNING, () -> members.lose(lost));
        try (var unheard = OneWay.from(leader, List.of(lost), EtcdMembers.PEER_PORT)) {
            learner.close();
            unheard.awaitDropped(20, LIMIT);
            writer.awaitMore("while a learner does not hear the leader");
            assertThat(members.learners()).isEqualTo(1);
            say("etcd-fault-one-way", leader, unheard);
        } finally {
            learner.close();
        }
        members.awaitRebuilt(lost, before);
    }

    private static void say(String scenario, LabHost from, OneWay fault) {
        Progress.console().say(scenario + ": " + fault.dropped() + " packets of " + from.name() + " were dropped");
    }

    /** k0s#8141: there a restart silently forgot what was asked for. */
    @Scenario(
            value = "etcd-fault-kill",
            about =
                    "agent and server are killed at each step in which a member is made anew and the leadership moves, and"
                            + " etcd in the middle: all of it goes on")
    void agentAndServerAreKilledAtEachStep() {
        trial.run("etcd-fault-kill", writer -> {
            var lost = members.followers().getFirst();
            int before = members.incarnation(lost);
            try (var agent = Killed.at(
                            lost,
                            Joining.AGENT,
                            List.of(
                                    "etcd.identity: give",
                                    "removing member",
                                    "etcd.member: run etcd",
                                    "etcd.membership: be a voting"));
                    var server = Killed.at(fleet.server(), SERVER, List.of("may make etcd member"))) {
                members.lose(lost);
                server.await(LIMIT);
                agent.await(LIMIT);
            }
            members.awaitRebuilt(lost, before);
            killedWhileTheLeadershipMoves();
        });
    }

    private void killedWhileTheLeadershipMoves() {
        members.settled();
        var leader = members.leader();
        var next = members.followers().getFirst();
        try (var agent = Killed.at(next, Joining.AGENT, List.of("etcd.upkeep: do what", "taking the leadership"));
                var server = Killed.at(fleet.server(), SERVER, List.of("may let etcd member"))) {
            members.askLeadership(next);
            server.await(LIMIT);
            agent.await(LIMIT);
            leader.mustExec("systemctl", "kill", "-s", "KILL", EtcdMembers.UNIT);
        }
        members.awaitLeads(next);
    }
}
