package io.keelson.server.session;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberDisk;
import io.keelson.etcd.MemberPace;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberSpace;
import io.keelson.etcd.MemberStatus;
import io.keelson.proto.agent.v1.EtcdAlarm;
import io.keelson.proto.agent.v1.EtcdDisk;
import io.keelson.proto.agent.v1.EtcdKnownMember;
import io.keelson.proto.agent.v1.EtcdNow;
import io.keelson.proto.agent.v1.EtcdPace;
import io.keelson.proto.agent.v1.EtcdReport;
import io.keelson.proto.agent.v1.EtcdRole;
import io.keelson.proto.agent.v1.EtcdSpace;
import io.keelson.proto.agent.v1.EtcdStatus;
import io.keelson.proto.agent.v1.EtcdUpkeep;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What agents say of etcd members, from the wire to domain values. Members are made anew because of it: nothing is cut
 * or guessed, what is too long or unspecified is refused.
 */
public final class EtcdReports {
    private static final int LONGEST_TEXT = 256;
    private static final int MOST_MEMBERS = 64;
    private static final int MOST_URLS = 8;
    private static final int MOST_ALARMS = 2 * MOST_MEMBERS;

    private EtcdReports() {}

    /**
     * What is said of a member.
     *
     * @throws RuntimeException if it cannot be so
     */
    public static MemberReport report(EtcdReport message) {
        return new MemberReport(
                Math.toIntExact(AgentReports.atLeastZero("incarnation of the etcd member", message.getIncarnation())),
                message.hasUpkeep() ? Optional.of(upkeep(message.getUpkeep())) : Optional.empty(),
                message.hasPace() ? Optional.of(pace(message.getPace())) : Optional.empty(),
                message.hasSpace() ? Optional.of(space(message.getSpace())) : Optional.empty(),
                message.hasStatus() ? Optional.of(status(message.getStatus())) : Optional.empty(),
                message.getNoted());
    }

    /**
     * What a host's disk holds.
     *
     * @throws IllegalArgumentException if it cannot be so
     */
    static Optional<MemberDisk> disk(EtcdDisk message) {
        if (!message.getPresent()) {
            return Optional.empty();
        }
        var keyspace = message.getRevision() == 0
                ? Optional.<Keyspace>empty()
                : Optional.of(new Keyspace(
                        message.getRevision(),
                        message.getCompacted(),
                        Integer.toUnsignedLong(message.getHash()),
                        message.getKeys()));
        return Optional.of(new MemberDisk(
                new EtcdId(message.getClusterId()),
                new EtcdId(message.getMemberId()),
                message.getTerm(),
                message.getIndex(),
                message.getCommit(),
                message.getTorn(),
                keyspace));
    }

    /**
     * How a member is now; empty if it does not answer.
     *
     * @throws RuntimeException if it cannot be so
     */
    static Optional<MemberStatus> now(EtcdNow message) {
        return message.hasStatus() ? Optional.of(status(message.getStatus())) : Optional.empty();
    }

    private static io.keelson.fleet.EtcdUpkeep upkeep(EtcdUpkeep message) {
        return new io.keelson.fleet.EtcdUpkeep(
                Math.toIntExact(AgentReports.atLeastZero("count of defragmentations", message.getDefragmentation())),
                Math.toIntExact(AgentReports.atLeastZero("count of leaderships", message.getLeadership())));
    }

    private static MemberPace pace(EtcdPace message) {
        return new MemberPace(
                micros(message.getFsyncMicros()), micros(message.getApplyMicros()), micros(message.getPeerMicros()));
    }

    private static MemberSpace space(EtcdSpace message) {
        return new MemberSpace(
                AgentReports.atLeastZero("quota of etcd", message.getQuotaBytes()),
                message.hasBytesPerDay() ? Optional.of(message.getBytesPerDay()) : Optional.empty());
    }

    private static Duration micros(long written) {
        return Duration.of(AgentReports.atLeastZero("pace of etcd", written), ChronoUnit.MICROS);
    }

    private static MemberStatus status(EtcdStatus message) {
        atMost("etcd members", message.getMembersCount(), MOST_MEMBERS);
        atMost("alarms of etcd", message.getAlarmsCount(), MOST_ALARMS);
        return new MemberStatus(
                id("cluster", message.getClusterId()),
                id("member", message.getMemberId()),
                text("version of etcd", message.getVersion()),
                role(message.getRole()),
                message.getQuorum(),
                message.getLeaderId(),
                AgentReports.atLeastZero("term", message.getTerm()),
                AgentReports.atLeastZero("index", message.getIndex()),
                AgentReports.atLeastZero("applied index", message.getApplied()),
                AgentReports.atLeastZero("revision of etcd", message.getRevision()),
                AgentReports.atLeastZero("size of the database", message.getDbBytes()),
                AgentReports.atLeastZero("size in use of the database", message.getDbInUseBytes()),
                message.getAlarmsList().stream().map(EtcdReports::alarm).collect(Collectors.toUnmodifiableSet()),
                message.getMembersList().stream().map(EtcdReports::member).toList());
    }

    private static KnownMember member(EtcdKnownMember message) {
        atMost("URLs of an etcd member", message.getPeerUrlsCount(), MOST_URLS);
        return new KnownMember(
                id("member", message.getMemberId()),
                text("name of an etcd member", message.getName()),
                message.getPeerUrlsList().stream()
                        .map(url -> text("URL of an etcd member", url))
                        .toList(),
                message.getLearner());
    }

    private static EtcdId id(String whose, long bits) {
        if (bits == 0) {
            throw AgentReports.invalid("an etcd " + whose + " has the id 0");
        }
        return new EtcdId(bits);
    }

    private static MemberStatus.Role role(EtcdRole role) {
        return switch (role) {
            case ETCD_ROLE_LEADER -> MemberStatus.Role.LEADER;
            case ETCD_ROLE_FOLLOWER -> MemberStatus.Role.FOLLOWER;
            case ETCD_ROLE_LEARNER -> MemberStatus.Role.LEARNER;
            case ETCD_ROLE_UNSPECIFIED, UNRECOGNIZED ->
                throw AgentReports.invalid("an etcd member has a role that this server does not know");
        };
    }

    static MemberStatus.Alarm alarm(EtcdAlarm alarm) {
        return switch (alarm) {
            case ETCD_ALARM_NOSPACE -> MemberStatus.Alarm.NOSPACE;
            case ETCD_ALARM_CORRUPT -> MemberStatus.Alarm.CORRUPT;
            case ETCD_ALARM_UNSPECIFIED, UNRECOGNIZED ->
                throw AgentReports.invalid("etcd raises an alarm that this server does not know");
        };
    }

    private static void atMost(String what, int count, int most) {
        if (count > most) {
            throw AgentReports.invalid("more than " + most + " " + what);
        }
    }

    private static String text(String what, String text) {
        if (text.length() > LONGEST_TEXT) {
            throw AgentReports.invalid("the " + what + " is longer than " + LONGEST_TEXT + " characters");
        }
        return text;
    }
}
