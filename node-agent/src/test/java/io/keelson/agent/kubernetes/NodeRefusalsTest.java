package io.keelson.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.plan.Plan;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Hosts that must not become nodes as they are. */
class NodeRefusalsTest {
    private final SimulatedMachine machine = new SimulatedMachine();
    private final NodeSpec controlPlane = SampleNode.controlPlane();
    private final TestAuthority authority = new TestAuthority(controlPlane, machine.host.clock());
    private Optional<Duration> clockAhead = Optional.empty();

    private Plan plan() {
        return SamplePlans.of(controlPlane, SampleNode.bundle(), authority, clockAhead);
    }

    @Test
    void refusesAHostOfAnotherClusterAndChangesNothing() {
        machine.host.files().put("/etc/kubernetes/keelson.json", "{\"v\":1,\"cluster\":\"other\",\"node\":\"cp-a\"}");
        refusesUntouched(ProblemCode.HOST_TAKEN, "other");
    }

    @Test
    void refusesForeignDataAndChangesNothing() {
        machine.host.files().put("/var/lib/etcd/member/wal/0.wal", "x");
        refusesUntouched(ProblemCode.HOST_FOREIGN_DATA, "/var/lib/etcd");
    }

    @Test
    void aHostThatWasInstalledAnewBringsItsDiskBackAndNobodyElses() {
        var node = controlPlane.holding(new HeldMember(
                MemoryEtcd.CLUSTER.bits(), MemoryEtcd.id("192.0.2.1").bits(), 1));
        var plan = SamplePlans.of(node, SampleNode.bundle(), authority, clockAhead);
        machine.host.files().put("/var/lib/etcd/member/wal/0.wal", "x");
        machine.host.files().put("/var/lib/etcd/member/snap/db", "kept");
        keep(
                "{\"v\":2,\"cluster\":\"prod-etcd\",\"member\":\"cp-a\",\"incarnation\":1,\"peerUrl\":\"\",\"voted\":true}");
        refusesUntouched(plan, ProblemCode.HOST_FOREIGN_DATA, "/var/lib/etcd belongs to");
        keep("{");
        refusesUntouched(plan, ProblemCode.HOST_STATE_UNREADABLE, "/var/lib/etcd/member.json");

        keep("{\"v\":2,\"cluster\":\"prod-etcd\",\"member\":\"cp-a\",\"incarnation\":1,\"peerUrl\":\"\",\"voted\":true,"
                + "\"clusterId\":\"" + MemoryEtcd.CLUSTER + "\",\"memberId\":\"" + MemoryEtcd.id("192.0.2.1") + "\"}");

        refusesUntouched(ProblemCode.HOST_FOREIGN_DATA, "/var/lib/etcd");
        assertThat(machine.run(plan).refusal()).isEmpty();
        assertThat(machine.host.files().text("/etc/kubernetes/pki/etcd/member.json"))
                .isEqualTo(machine.host.files().text("/var/lib/etcd/member.json"));
        assertThat(machine.host.files().text("/var/lib/etcd/member/snap/db")).isEqualTo("kept");
        assertThat(machine.run(plan).applied()).isEmpty();
    }

    private void keep(String note) {
        machine.host.files().put("/var/lib/etcd/member.json", note);
    }

    @Test
    void refusesATakenPortNamingTheProgramAndChangesNothing() {
        machine.host.network().listen(10250, "nginx/812");
        refusesUntouched(ProblemCode.HOST_PORT_TAKEN, "10250 (nginx/812)");
    }

    @Test
    void refusesTooLittleDiskAndChangesNothing() {
        machine.host.files().usable(1L << 30);
        refusesUntouched(ProblemCode.HOST_DISK_FULL, "1624 MiB");
    }

    @Test
    void refusesAMissingProgramWithTheCommandThatInstallsItAndChangesNothing() {
        machine.host.files().remove(Path.of("/usr/bin/conntrack"));
        var problem = refusesUntouched(ProblemCode.HOST_PREREQUISITE_MISSING, "conntrack");
        assertThat(problem.remedy().command()).contains("apt-get install -y conntrack");
    }

    @Test
    void refusesAnotherArchitectureAndChangesNothing() {
        machine.host.programs().succeed(List.of("uname", "-m"), "aarch64\n");
        refusesUntouched(ProblemCode.BUNDLE_WRONG_ARCHITECTURE, "arm64");
    }

    @Test
    void asksAboutPortsOnlyUntilTheHostIsItsNode() {
        var plan = plan();
        machine.run(plan);
        machine.host.network().listen(10250, "kubelet/99");

        assertThat(machine.run(plan).refusal()).isEmpty();
    }

    @Test
    void refusesAClockThatIsAnHourOffEitherWayAndChangesNothing() {
        clockAhead = Optional.of(Duration.ofHours(1));
        refusesUntouched(ProblemCode.HOST_CLOCK_SKEW, "3600 s ahead");
        clockAhead = Optional.of(Duration.ofHours(-1));
        refusesUntouched(ProblemCode.HOST_CLOCK_SKEW, "3600 s behind");
    }

    @Test
    void acceptsAClockThatIsMinutesOff() {
        clockAhead = Optional.of(Duration.ofMinutes(-5));
        assertThat(machine.run(plan()).refusal()).isEmpty();
    }

    private Problem refusesUntouched(ProblemCode code, String naming) {
        return refusesUntouched(plan(), code, naming);
    }

    private Problem refusesUntouched(Plan plan, ProblemCode code, String naming) {
        int writes = machine.host.files().writes();

        var outcome = machine.run(plan);

        var problem = outcome.refusal().orElseThrow().problem();
        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.what()).contains(naming);
        assertThat(outcome.applied()).isEmpty();
        assertThat(machine.host.files().writes()).isEqualTo(writes);
        assertThat(machine.host.units().calls()).isEmpty();
        return problem;
    }
}
