package io.keelson.server.api;

import io.keelson.etcd.EtcdPolicy;
import io.keelson.etcd.MemberPace;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberSeat;
import io.keelson.etcd.MemberSpace;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.ClusterName;
import io.keelson.proto.agent.v1.EtcdAlarm;
import io.keelson.proto.agent.v1.EtcdPace;
import io.keelson.proto.agent.v1.EtcdRole;
import io.keelson.proto.agent.v1.EtcdSpace;
import io.keelson.proto.agent.v1.EtcdUpkeep;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdMember;
import io.keelson.proto.operator.v1.EtcdStatusRequest;
import io.keelson.proto.operator.v1.EtcdStatusResponse;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import io.keelson.server.fleet.SnapshotSubject;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.observed.ReportedProblem;
import io.keelson.server.snapshots.SnapshotIndex;
import io.keelson.server.wire.ProblemStatus;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Answers what is known of the etcd members of clusters. */
final class EtcdAnswers {
    private final Fleet fleet;
    private final SnapshotIndex snapshots;
    private final ServerEtcd own;
    private final InstantSource clock;

    EtcdAnswers(Fleet fleet, SnapshotIndex snapshots, ServerEtcd own, InstantSource clock) {
        this.fleet = fleet;
        this.own = own;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    EtcdStatusResponse status(EtcdStatusRequest request) {
        var image = fleet.read();
        var now = clock.instant();
        var response = EtcdStatusResponse.newBuilder();
        chosen(request.getCluster(), image).forEach(cluster -> response.addClusters(cluster(image, cluster, now)));
        if (request.getCluster().isEmpty()) {
            own.status(now).ifPresent(server -> response.setServer(withSnapshots(server.toBuilder(), now)));
        }
        return response.build();
    }

    private static Collection<RegisteredCluster> chosen(String named, FleetImage image) {
        if (named.isEmpty()) {
            return image.clusters().values();
        }
        var name = Names.parse(ResourceKind.CLUSTER, named, ClusterName::new);
        return List.of(Optional.ofNullable(image.clusters().get(name))
                .orElseThrow(() -> ClusterRegistry.unknown(name).asException()));
    }

    private EtcdCluster cluster(FleetImage image, RegisteredCluster cluster, Instant now) {
        var answer = EtcdCluster.newBuilder().setName(cluster.name().value());
        int carrying = 0;
        int fenced = 0;
        for (var id : image.assigned(cluster.name()).keySet()) {
            var host = Optional.ofNullable(image.hosts().get(id)).orElseThrow();
            var seat = host.member(now);
            if (seat.isPresent()) {
                var asked = cluster.upkeep().getOrDefault(id, io.keelson.fleet.EtcdUpkeep.NONE);
                answer.addMembers(member(host, seat.get(), now).toBuilder().setAskedUpkeep(upkeep(asked)));
                carrying += seat.get().carries() ? 1 : 0;
                fenced += seat.get().fenced() ? 1 : 0;
            }
        }
        if (answer.getMembersCount() > 0) {
            add(SnapshotStanding.of(SnapshotSubject.of(cluster), snapshots.of(cluster.name()), now), answer, now);
        }
        int size = cluster.spec().controlPlane().size();
        return answer.setSize(size)
                // Members of before it was begun anew have no part in it.
                .setQuorum(EtcdPolicy.quorum(size - fenced))
                .setCarrying(carrying)
                .build();
    }

    private EtcdCluster.Builder withSnapshots(EtcdCluster.Builder server, Instant now) {
        add(SnapshotStanding.of(own.snapshots(), snapshots.of(ClusterName.OF_SERVER), now), server, now);
        return server;
    }

    private static void add(SnapshotStanding standing, EtcdCluster.Builder answer, Instant now) {
        answer.setNewestSnapshotMillis(
                        standing.newest().map(Instant::toEpochMilli).orElse(0L))
                .setProvenMillis(standing.proven().map(Instant::toEpochMilli).orElse(0L));
        standing.problems(now).forEach(problem -> answer.addSnapshotProblems(ProblemStatus.report(problem)));
    }

    private static EtcdMember member(FleetHost host, MemberSeat seat, Instant now) {
        var member = member(seat, host.node().map(node -> node.node().value()).orElse("")).toBuilder()
                .setConnected(host.connected(now))
                .setLastSeenMillis(host.observed()
                        .map(seen -> seen.lastSeen().toEpochMilli())
                        .orElse(0L));
        host.observed().flatMap(ObservedHost::lastProblem).ifPresent(problem -> member.setProblem(problem(problem)));
        return member.build();
    }

    /** What a seat says; when it was said, and what is wrong with its host, is said by others. */
    static EtcdMember member(MemberSeat seat, String name) {
        var member = EtcdMember.newBuilder()
                .setHost(seat.host().value())
                .setName(name)
                .setCurrent(seat.connected())
                .setOrderedIncarnation(seat.ordered().incarnation())
                .setReportedIncarnation(
                        seat.report().map(MemberReport::incarnation).orElse(0))
                .setHealthy(seat.carries());
        member.setOrderedUpkeep(upkeep(seat.ordered().upkeep()));
        seat.report().flatMap(MemberReport::upkeep).map(EtcdAnswers::upkeep).ifPresent(member::setDoneUpkeep);
        seat.report()
                .flatMap(MemberReport::pace)
                .ifPresent(pace -> member.setPace(pace(pace)).setSlow(pace.slow()));
        seat.report().ifPresent(report -> {
            report.space().ifPresent(space -> add(space, report, member));
            member.setFragmented(report.fragmented()).setScarce(report.scarce());
        });
        seat.status().ifPresent(status -> add(status, member));
        return member.build();
    }

    private static void add(MemberSpace space, MemberReport report, EtcdMember.Builder member) {
        var message = EtcdSpace.newBuilder().setQuotaBytes(space.quotaBytes());
        space.bytesPerDay().ifPresent(message::setBytesPerDay);
        member.setSpace(message);
        report.status().flatMap(space::untilFull).ifPresent(left -> member.setSecondsUntilFull(left.toSeconds()));
    }

    private static EtcdPace pace(MemberPace pace) {
        return EtcdPace.newBuilder()
                .setFsyncMicros(pace.fsync().toNanos() / 1000)
                .setApplyMicros(pace.apply().toNanos() / 1000)
                .setPeerMicros(pace.peer().toNanos() / 1000)
                .build();
    }

    private static EtcdUpkeep upkeep(io.keelson.fleet.EtcdUpkeep upkeep) {
        return EtcdUpkeep.newBuilder()
                .setDefragmentation(upkeep.defragmentation())
                .setLeadership(upkeep.leadership())
                .build();
    }

    private static void add(MemberStatus status, EtcdMember.Builder member) {
        member.setRole(
                        switch (status.role()) {
                            case LEADER -> EtcdRole.ETCD_ROLE_LEADER;
                            case FOLLOWER -> EtcdRole.ETCD_ROLE_FOLLOWER;
                            case LEARNER -> EtcdRole.ETCD_ROLE_LEARNER;
                        })
                .setClusterId(status.cluster().toString())
                .setMemberId(status.id().toString())
                .setVersion(status.version())
                .setTerm(status.term())
                .setIndex(status.index())
                .setApplied(status.applied())
                .setRevision(status.revision())
                .setDbBytes(status.dbBytes())
                .setDbInUseBytes(status.dbInUseBytes());
        status.alarms().stream()
                .sorted()
                .map(alarm -> switch (alarm) {
                    case NOSPACE -> EtcdAlarm.ETCD_ALARM_NOSPACE;
                    case CORRUPT -> EtcdAlarm.ETCD_ALARM_CORRUPT;
                })
                .forEach(member::addAlarms);
    }

    private static ProblemReport problem(ReportedProblem problem) {
        return ProblemReport.newBuilder()
                .setCode(problem.code())
                .setWhat(problem.what())
                .setAdvice(problem.advice())
                .setCommand(problem.command())
                .setWarning(problem.warning())
                .build();
    }
}
