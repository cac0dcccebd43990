package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fault.SlowDisk;
import io.keelson.lab.fault.SmallDisk;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import io.keelson.lab.host.Scenario;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.ExtendWith;

/** Disks of etcd's members that are full, or slow. */
@ExtendWith(SharedFleet.class)
class EtcdDiskScenarios {
    private static final String SERVER = "keelson-server.service";

    /** What it says when it has done so. */
    private static final String RELIEVED = "as the leader is slow";

    /** For a learner that is sent the whole log, with all that scenarios before this one wrote in it, beside the database. */
    private static final int DISK_MIB = 1024;

    private static final int BALLAST_MIB = 96;

    /** At first: about as many as let one fsync of a hundred take a quarter of a second. */
    private static final int WRITES_PER_SECOND = 30;

    /** How quick a member was is known of the last minute. */
    private static final Duration PACE = Duration.ofSeconds(70);

    private final KeelsonFleet fleet;
    private final EtcdMembers members;
    private final EtcdTrial trial;

    EtcdDiskScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.members = new EtcdMembers(fleet);
        this.trial = new EtcdTrial(fleet);
    }

    @Scenario(
            value = "etcd-fault-disk-full",
            about = "the disk of a member is full while it is made anew, and when it is to be defragmented: nothing is"
                    + " lost, the others go on, and so does it once there is room")
    void aMembersDiskIsFull() {
        trial.run("etcd-fault-disk-full", writer -> {
            members.ballast(BALLAST_MIB);
            var host = members.followers().getFirst();
            int before = members.incarnation(host);
            takeDown(host);
            try (var disk = SmallDisk.at(host, EtcdMembers.DATA, DISK_MIB)) {
                try {
                    fullWhileMadeAnew(host, disk, writer);
                    members.awaitRebuilt(host, before);
                    fullWhenDefragmented(host, disk, writer);
                } finally {
                    takeDown(host);
                }
            } finally {
                host.mustExec("systemctl", "start", Joining.AGENT);
            }
        });
    }

    private void takeDown(LabHost host) {
        host.mustExec("systemctl", "stop", Joining.AGENT);
        members.takeDown(host);
    }

    /** First not even its note can be written, then its log cannot. */
    private void fullWhileMadeAnew(LabHost host, SmallDisk disk, SteadyWriter writer) {
        var began = now(host);
        disk.fill(0);
        host.mustExec("systemctl", "start", Joining.AGENT);
        awaitLogged(host, Joining.AGENT, began, "HOST_DISK_FULL");
        disk.makeRoom();
        disk.fill(16);
        awaitLogged(host, EtcdMembers.UNIT, began, "no space left on device");
        assertThat(members.learners()).isEqualTo(1);
        writer.awaitMore("while a learner has no room");
        disk.makeRoom();
    }

    private void fullWhenDefragmented(LabHost host, SmallDisk disk, SteadyWriter writer) {
        int before = members.defragmentations(host);
        var other = members.othersThan(host).stream()
                .filter(each -> !members.leads(each))
                .findFirst()
                .orElseThrow();
        int othersBefore = members.defragmentations(other);
        disk.fill(BALLAST_MIB / 2);
        var began = now(host);
        var process = process(host);
        members.askDefragmentation(host);
        awaitLogged(host, Joining.AGENT, began, "HOST_DISK_FULL");
        members.askDefragmentation(other);
        writer.awaitMore("while a member has no room to be defragmented");
        assertThat(members.isUnderWay(other)).as("one at a time").isFalse();
        assertThat(process(host)).as("etcd goes on").isEqualTo(process);
        disk.makeRoom();
        members.awaitDefragmented(host, before);
        members.awaitDefragmented(other, othersBefore);
    }

    @Scenario(
            value = "etcd-slow-leader",
            about =
                    "the disk of the leader takes few writes a second: the server lets a quick member lead, by itself, and"
                            + " the slow one does not get it back")
    void aSlowLeaderIsRelieved() {
        trial.run("etcd-slow-leader", writer -> {
            // It forgets when it last relieved a leader: that must be half an hour ago.
            fleet.server().mustExec("systemctl", "restart", SERVER);
            members.settled();
            var slow = members.leader();
            var began = now(fleet.server());
            try (var disk = SlowDisk.of(slow, EtcdMembers.UNIT, EtcdMembers.DATA, WRITES_PER_SECOND)) {
                awaitRelief(disk, began);
                EtcdMembers.await("another one leads")
                        .until(() -> members.othersThan(slow).stream().anyMatch(members::leads));
                writer.awaitMore("while a member is slow");
                assertThat(fleet.tryKeelson("etcd", "status", KeelsonFleet.CLUSTER)
                                .stderr())
                        .contains("the member on host " + slow.name() + " is slow");
                assertThat(disk.writes()).as("writes that were held back").isGreaterThan(100);
                Progress.console().say("etcd-slow-leader:\n" + wide());
            }
        });
    }

    /**
     * How long an fsync takes by so many writes a second is a matter of what is written just then: it gets fewer, bit by bit,
     * until the leader is slow. By too few at once it would not be heard in time, and lose the leadership by itself.
     */
    private void awaitRelief(SlowDisk disk, String began) {
        for (int writes = WRITES_PER_SECOND; writes >= WRITES_PER_SECOND / 4; writes = writes * 3 / 4) {
            disk.allow(writes);
            try {
                logged(fleet.server(), SERVER, began, RELIEVED, PACE);
                return;
            } catch (ConditionTimeoutException e) {
                Progress.console().say("not slow enough by %d writes a second:%n%s".formatted(writes, wide()));
            }
        }
        throw new AssertionError("the leader was not relieved");
    }

    private String wide() {
        return fleet.keelson("etcd", "status", KeelsonFleet.CLUSTER, "-o", "wide");
    }

    private static void awaitLogged(LabHost host, String unit, String since, String text) {
        logged(host, unit, since, text, Duration.ofMinutes(4));
    }

    private static void logged(LabHost host, String unit, String since, String text, Duration atMost) {
        EtcdMembers.await(unit + " of " + host.name() + " says " + text)
                .atMost(atMost)
                .until(() -> host.mustExec(
                                "journalctl", "-q", "--no-pager", "-o", "cat", "-u", unit, "--since", "@" + since)
                        .contains(text));
    }

    private static String process(LabHost host) {
        return host.mustExec("systemctl", "show", "-p", "MainPID", "--value", EtcdMembers.UNIT);
    }

    private static String now(LabHost host) {
        return host.mustExec("date", "+%s").strip();
    }
}
