package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.EtcdAlarm;
import io.keelson.proto.agent.v1.EtcdKnownMember;
import io.keelson.proto.agent.v1.EtcdReport;
import io.keelson.proto.agent.v1.EtcdRole;
import io.keelson.proto.agent.v1.EtcdStatus;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EtcdReportsTest {
    private static EtcdStatus.Builder status() {
        return EtcdStatus.newBuilder()
                .setClusterId(-1)
                .setMemberId(2)
                .setVersion("3.5.16")
                .setRole(EtcdRole.ETCD_ROLE_LEADER)
                .setQuorum(true)
                .setLeaderId(2)
                .setTerm(3)
                .setIndex(10)
                .setApplied(9)
                .setRevision(8)
                .setDbBytes(2000)
                .setDbInUseBytes(1000)
                .addAlarms(EtcdAlarm.ETCD_ALARM_NOSPACE)
                .addMembers(member());
    }

    private static EtcdKnownMember.Builder member() {
        return EtcdKnownMember.newBuilder()
                .setMemberId(2)
                .setName("cp-a")
                .addPeerUrls("https://192.0.2.11:2380")
                .setLearner(true);
    }

    private static void refused(EtcdReport.Builder report) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> AgentReports.etcd(report.build()))
                .matches(refusal -> refusal.problem().code() == ProblemCode.RESOURCE_INVALID);
    }

    private static void refused(EtcdStatus.Builder status) {
        refused(EtcdReport.newBuilder().setIncarnation(1).setStatus(status));
    }

    @Test
    void readsEveryField() {
        var known = new KnownMember(new EtcdId(2), "cp-a", List.of("https://192.0.2.11:2380"), true);
        var status = new MemberStatus(
                new EtcdId(-1),
                new EtcdId(2),
                "3.5.16",
                MemberStatus.Role.LEADER,
                true,
                2,
                3,
                10,
                9,
                8,
                2000,
                1000,
                Set.of(MemberStatus.Alarm.NOSPACE),
                List.of(known));
        assertThat(AgentReports.etcd(EtcdReport.newBuilder()
                        .setIncarnation(4)
                        .setStatus(status())
                        .build()))
                .isEqualTo(new MemberReport(4, Optional.of(status)));
        assertThat(AgentReports.etcd(EtcdReport.newBuilder().setNoted(true).build())
                        .noted())
                .isTrue();
        assertThat(AgentReports.etcd(EtcdReport.getDefaultInstance())).isEqualTo(new MemberReport(0, Optional.empty()));
    }

    @Test
    void refusesWhatIsUnspecifiedOrUnknown() {
        refused(status().setRole(EtcdRole.ETCD_ROLE_UNSPECIFIED));
        refused(status().setRoleValue(99));
        refused(status().addAlarms(EtcdAlarm.ETCD_ALARM_UNSPECIFIED));
        refused(status().addAlarmsValue(99));
    }

    @Test
    void refusesIdsThatAreNobodysAndNumbersThatCannotBe() {
        refused(status().setClusterId(0));
        refused(status().setMemberId(0));
        refused(status().addMembers(member().setMemberId(0)));
        refused(status().setIndex(-1));
        refused(status().setDbBytes(-1));
        refused(EtcdReport.newBuilder().setIncarnation(-1));
    }

    @Test
    void refusesMoreThanAnyClusterHas() {
        refused(status().addAllMembers(Collections.nCopies(64, member().build())));
        refused(status().addMembers(member().addAllPeerUrls(Collections.nCopies(8, "https://h"))));
        refused(status().addAllAlarms(Collections.nCopies(200, EtcdAlarm.ETCD_ALARM_NOSPACE)));
        var tooLong = "x".repeat(257);
        refused(status().setVersion(tooLong));
        refused(status().addMembers(member().setName(tooLong)));
        refused(status().addMembers(member().addPeerUrls(tooLong)));
    }
}
