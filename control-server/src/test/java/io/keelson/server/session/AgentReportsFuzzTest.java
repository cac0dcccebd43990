package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.EtcdAlarm;
import io.keelson.proto.agent.v1.EtcdEater;
import io.keelson.proto.agent.v1.EtcdKnownMember;
import io.keelson.proto.agent.v1.EtcdRanking;
import io.keelson.proto.agent.v1.EtcdRemovable;
import io.keelson.proto.agent.v1.EtcdRemovableKind;
import io.keelson.proto.agent.v1.EtcdReport;
import io.keelson.proto.agent.v1.EtcdRole;
import io.keelson.proto.agent.v1.EtcdStatus;
import io.keelson.proto.agent.v1.EtcdUsage;
import io.keelson.proto.agent.v1.Hello;
import io.keelson.proto.agent.v1.HostFacts;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.agent.v1.Report;
import io.keelson.proto.agent.v1.StepPhase;
import io.keelson.proto.agent.v1.StepReport;
import java.util.List;

/** Whatever an agent says, it is read or refused; every input is taken for each message. */
class AgentReportsFuzzTest extends FuzzTest {
    @Override
    public List<byte[]> seeds() {
        var hello = Hello.newBuilder()
                .setAgentVersion("0.1.0")
                .setBootId("b1")
                .setEpoch(3)
                .setFacts(HostFacts.newBuilder().setHostname("w-1").setCpus(4).addAddresses("10.0.0.11"));
        var report = Report.newBuilder()
                .setSpool("s")
                .setSequence(1)
                .setRevision(2)
                .setStep(StepReport.newBuilder()
                        .setStep("artifact.staged")
                        .setPhase(StepPhase.STEP_PHASE_HALTED)
                        .setDetail("x")
                        .setProblem(ProblemReport.newBuilder().setCode("BUNDLE_CORRUPT")));
        var etcd = EtcdReport.newBuilder()
                .setIncarnation(1)
                .setStatus(EtcdStatus.newBuilder()
                        .setClusterId(1)
                        .setMemberId(2)
                        .setRole(EtcdRole.ETCD_ROLE_LEADER)
                        .addAlarms(EtcdAlarm.ETCD_ALARM_NOSPACE)
                        .addMembers(
                                EtcdKnownMember.newBuilder().setMemberId(2).addPeerUrls("https://192.0.2.11:2380")));
        var usage = EtcdUsage.newBuilder()
                .setKeys(1)
                .setTypes(EtcdRanking.newBuilder()
                        .addEaters(EtcdEater.newBuilder().setName("pods")))
                .addRemovables(EtcdRemovable.newBuilder()
                        .setKind(EtcdRemovableKind.ETCD_REMOVABLE_KIND_EVENTS)
                        .setType("events"));
        return List.of(
                usage.build().toByteArray(),
                hello.build().toByteArray(),
                report.build().toByteArray(),
                etcd.build().toByteArray());
    }

    @Override
    public void accept(byte[] input) {
        read(() -> AgentReports.hello(Hello.parseFrom(input)));
        read(() -> AgentReports.report(Report.parseFrom(input)));
        read(() -> AgentReports.etcd(EtcdReport.parseFrom(input)));
        read(() -> EtcdUsages.read(EtcdUsage.parseFrom(input)));
    }

    private interface Reading {
        Object read() throws InvalidProtocolBufferException;
    }

    private static void read(Reading reading) {
        try {
            assertThat(reading.read()).isNotNull();
        } catch (InvalidProtocolBufferException noMessage) {
            assertThat(noMessage).hasMessageNotContaining("\0");
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.RESOURCE_INVALID);
        }
    }
}
