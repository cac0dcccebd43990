package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.proto.agent.v1.EtcdAlarm;
import io.keelson.proto.agent.v1.EtcdRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EtcdNewsTest {
    private Optional<MemberReport> seen = Optional.empty();
    private final EtcdNews news = new EtcdNews(() -> seen);
    private long now = Duration.ofHours(1).toNanos();

    private static Optional<MemberReport> report(int incarnation, Role role, long index, Set<Alarm> alarms) {
        var member = new KnownMember(new EtcdId(-2), "cp-a", List.of("https://192.0.2.1:2380"), false);
        return Optional.of(new MemberReport(
                incarnation,
                Optional.of(new MemberStatus(
                        new EtcdId(1),
                        new EtcdId(-2),
                        "3.5.16",
                        role,
                        true,
                        3,
                        index,
                        index,
                        index,
                        index,
                        index,
                        index,
                        alarms,
                        List.of(member)))));
    }

    private boolean tells() {
        return news.due(now).isPresent();
    }

    @Test
    void tellsNothingOfAHostWithoutAMember() {
        assertThat(tells()).isFalse();
    }

    @Test
    void tellsEverythingOnceAndNumbersEveryFiveMinutes() {
        seen = report(1, Role.LEADER, 10, Set.of(Alarm.NOSPACE));
        assertThat(news.due(now)).hasValueSatisfying(message -> {
            assertThat(message.getIncarnation()).isEqualTo(1);
            var status = message.getStatus();
            assertThat(status.getRole()).isEqualTo(EtcdRole.ETCD_ROLE_LEADER);
            assertThat(status.getMemberId()).isEqualTo(-2);
            assertThat(status.getIndex()).isEqualTo(10);
            assertThat(status.getAlarmsList()).containsExactly(EtcdAlarm.ETCD_ALARM_NOSPACE);
            assertThat(status.getMembers(0).getName()).isEqualTo("cp-a");
        });
        seen = report(1, Role.LEADER, 11, Set.of(Alarm.NOSPACE));
        assertThat(tells()).isFalse();
        now += Duration.ofMinutes(5).toNanos();
        assertThat(news.due(now))
                .hasValueSatisfying(
                        message -> assertThat(message.getStatus().getIndex()).isEqualTo(11));
        assertThat(tells()).isFalse();
    }

    @Test
    void tellsAtOnceWhatIsNoNumber() {
        seen = report(1, Role.LEADER, 10, Set.of());
        assertThat(tells()).isTrue();
        for (var next : List.of(
                report(1, Role.FOLLOWER, 10, Set.of()),
                report(1, Role.FOLLOWER, 10, Set.of(Alarm.CORRUPT)),
                Optional.of(new MemberReport(1, Optional.empty())),
                report(2, Role.LEARNER, 1, Set.of()))) {
            seen = next;
            assertThat(tells()).isTrue();
            assertThat(tells()).isFalse();
        }
    }

    @Test
    void tellsAtOnceOfADatabaseOfAnotherSize() {
        for (var size : List.of(
                new Size(1, true),
                new Size(16, false),
                new Size(17, true),
                new Size(1000, true),
                new Size(1099, false),
                new Size(1100, true),
                new Size(300, true))) {
            seen = report(1, Role.LEADER, size.mebibytes() << 20, Set.of());
            assertThat(tells()).as("%s", size).isEqualTo(size.told());
        }
    }

    private record Size(long mebibytes, boolean told) {}
}
