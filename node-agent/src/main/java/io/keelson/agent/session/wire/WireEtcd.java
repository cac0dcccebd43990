package io.keelson.agent.session.wire;

import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberDisk;
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
import java.util.Optional;

/** What is seen of the etcd member as messages. */
public final class WireEtcd {
    private WireEtcd() {}

    /** The report. */
    public static EtcdReport write(MemberReport report) {
        var message =
                EtcdReport.newBuilder().setIncarnation(report.incarnation()).setNoted(report.noted());
        report.upkeep()
                .map(done -> EtcdUpkeep.newBuilder()
                        .setDefragmentation(done.defragmentation())
                        .setLeadership(done.leadership()))
                .ifPresent(message::setUpkeep);
        report.pace()
                .map(pace -> EtcdPace.newBuilder()
                        .setFsyncMicros(micros(pace.fsync()))
                        .setApplyMicros(micros(pace.apply()))
                        .setPeerMicros(micros(pace.peer())))
                .ifPresent(message::setPace);
        report.space().map(WireEtcd::space).ifPresent(message::setSpace);
        report.status().ifPresent(status -> message.setStatus(write(status)));
        return message.build();
    }

    /** What a disk holds. */
    public static EtcdDisk write(Optional<MemberDisk> disk) {
        var message = EtcdDisk.newBuilder().setPresent(disk.isPresent());
        disk.ifPresent(found -> message.setClusterId(found.cluster().bits())
                .setMemberId(found.member().bits())
                .setTerm(found.term())
                .setIndex(found.index())
                .setCommit(found.commit())
                .setTorn(found.torn()));
        disk.flatMap(MemberDisk::keyspace)
                .ifPresent(keys -> message.setRevision(keys.revision())
                        .setCompacted(keys.compacted())
                        .setHash((int) keys.hash())
                        .setKeys(keys.keys()));
        return message.build();
    }

    /** How a member is now. */
    public static EtcdNow now(Optional<MemberStatus> status) {
        var message = EtcdNow.newBuilder();
        status.ifPresent(found -> message.setStatus(write(found)));
        return message.build();
    }

    private static EtcdSpace space(MemberSpace space) {
        var message = EtcdSpace.newBuilder().setQuotaBytes(space.quotaBytes());
        space.bytesPerDay().ifPresent(message::setBytesPerDay);
        return message.build();
    }

    private static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }

    private static EtcdStatus write(MemberStatus status) {
        var message = EtcdStatus.newBuilder()
                .setClusterId(status.cluster().bits())
                .setMemberId(status.id().bits())
                .setVersion(status.version())
                .setRole(role(status.role()))
                .setQuorum(status.quorum())
                .setLeaderId(status.leader())
                .setTerm(status.term())
                .setIndex(status.index())
                .setApplied(status.applied())
                .setRevision(status.revision())
                .setDbBytes(status.dbBytes())
                .setDbInUseBytes(status.dbInUseBytes());
        status.alarms().stream().sorted().map(WireEtcd::alarm).forEach(message::addAlarms);
        status.members().stream().map(WireEtcd::member).forEach(message::addMembers);
        return message.build();
    }

    private static EtcdRole role(MemberStatus.Role role) {
        return switch (role) {
            case LEADER -> EtcdRole.ETCD_ROLE_LEADER;
            case FOLLOWER -> EtcdRole.ETCD_ROLE_FOLLOWER;
            case LEARNER -> EtcdRole.ETCD_ROLE_LEARNER;
        };
    }

    static EtcdAlarm alarm(MemberStatus.Alarm alarm) {
        return switch (alarm) {
            case NOSPACE -> EtcdAlarm.ETCD_ALARM_NOSPACE;
            case CORRUPT -> EtcdAlarm.ETCD_ALARM_CORRUPT;
        };
    }

    private static EtcdKnownMember member(KnownMember member) {
        return EtcdKnownMember.newBuilder()
                .setMemberId(member.id().bits())
                .setName(member.name())
                .addAllPeerUrls(member.peerUrls())
                .setLearner(member.learner())
                .build();
    }
}
