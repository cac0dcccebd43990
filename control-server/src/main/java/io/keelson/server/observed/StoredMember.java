package io.keelson.server.observed;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberPace;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberSpace;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.EtcdUpkeep;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The stored form of {@link MemberReport}, version 1. Ids are written as etcd writes them.
 *
 * @param session in which it was said
 * @param upkeep none if the host has noted none
 * @param pace none if too little was seen to tell
 * @param space none if its metrics do not say
 * @param noted see {@link MemberReport#noted}
 * @param status none if the member did not answer
 */
record StoredMember(
        String session,
        int incarnation,
        List<Upkeep> upkeep,
        List<Pace> pace,
        List<Space> space,
        boolean noted,
        List<Status> status) {
    static StoredMember of(String session, MemberReport report) {
        return new StoredMember(
                session,
                report.incarnation(),
                report.upkeep().map(Upkeep::of).stream().toList(),
                report.pace().map(Pace::of).stream().toList(),
                report.space().map(Space::of).stream().toList(),
                report.noted(),
                report.status().map(Status::of).stream().toList());
    }

    MemberReport toDomain() {
        return new MemberReport(
                incarnation,
                upkeep.stream().map(Upkeep::toDomain).findFirst(),
                pace.stream().map(Pace::toDomain).findFirst(),
                space.stream().map(Space::toDomain).findFirst(),
                status.stream().map(Status::toDomain).findFirst(),
                noted);
    }

    record Pace(long fsyncNanos, long applyNanos, long peerNanos) {
        static Pace of(MemberPace pace) {
            return new Pace(
                    pace.fsync().toNanos(), pace.apply().toNanos(), pace.peer().toNanos());
        }

        MemberPace toDomain() {
            return new MemberPace(
                    Duration.ofNanos(fsyncNanos), Duration.ofNanos(applyNanos), Duration.ofNanos(peerNanos));
        }
    }

    record Space(long quotaBytes, List<Long> bytesPerDay) {
        static Space of(MemberSpace space) {
            return new Space(space.quotaBytes(), space.bytesPerDay().stream().toList());
        }

        MemberSpace toDomain() {
            return new MemberSpace(quotaBytes, bytesPerDay.stream().findFirst());
        }
    }

    record Upkeep(int defragmentation, int leadership) {
        static Upkeep of(EtcdUpkeep done) {
            return new Upkeep(done.defragmentation(), done.leadership());
        }

        EtcdUpkeep toDomain() {
            return new EtcdUpkeep(defragmentation, leadership);
        }
    }

    record Status(
            String cluster,
            String id,
            String version,
            String role,
            boolean quorum,
            String leader,
            long term,
            long index,
            long applied,
            long revision,
            long dbBytes,
            long dbInUseBytes,
            List<String> alarms,
            List<Known> members) {
        static Status of(MemberStatus s) {
            return new Status(
                    s.cluster().toString(),
                    s.id().toString(),
                    s.version(),
                    s.role().name(),
                    s.quorum(),
                    Long.toHexString(s.leader()),
                    s.term(),
                    s.index(),
                    s.applied(),
                    s.revision(),
                    s.dbBytes(),
                    s.dbInUseBytes(),
                    s.alarms().stream().map(Enum::name).sorted().toList(),
                    s.members().stream().map(Known::of).toList());
        }

        MemberStatus toDomain() {
            return new MemberStatus(
                    EtcdId.parse(cluster),
                    EtcdId.parse(id),
                    version,
                    MemberStatus.Role.valueOf(role),
                    quorum,
                    Long.parseUnsignedLong(leader, 16),
                    term,
                    index,
                    applied,
                    revision,
                    dbBytes,
                    dbInUseBytes,
                    alarms.stream().map(MemberStatus.Alarm::valueOf).collect(Collectors.toUnmodifiableSet()),
                    members.stream().map(Known::toDomain).toList());
        }
    }

    record Known(String id, String name, List<String> peerUrls, boolean learner) {
        static Known of(KnownMember member) {
            return new Known(member.id().toString(), member.name(), member.peerUrls(), member.learner());
        }

        KnownMember toDomain() {
            return new KnownMember(EtcdId.parse(id), name, peerUrls, learner);
        }
    }
}
