package io.keelson.server.api;

import io.keelson.etcd.MemberDisk;
import io.keelson.etcd.MemberSeat;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.RecoveryPolicy;
import io.keelson.etcd.RecoveryPolicy.Candidate;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Refounding;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.EtcdDisk;
import io.keelson.proto.operator.v1.EtcdRemains;
import io.keelson.proto.operator.v1.RefoundEtcdRequest;
import io.keelson.proto.operator.v1.RefoundEtcdResponse;
import io.keelson.release.Digest;
import io.keelson.release.EtcdRule;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RequestedRefounding;
import io.keelson.server.session.HostQuestions;
import io.keelson.server.snapshots.KnownSnapshot;
import io.keelson.server.snapshots.SnapshotIndex;
import io.keelson.server.snapshots.Snapshots;
import io.keelson.server.store.Condition;
import io.keelson.server.wire.ProblemStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Says what it would mean to begin a cluster's etcd anew, and takes down that a person has confirmed it; what hosts are told
 * then the cluster loop decides. What is confirmed is the plan that was shown: if a host, a disk or a snapshot is not what it
 * was, it is another plan, and is shown first.
 */
final class RefoundingRequests {
    private static final Duration LOOK = Duration.ofSeconds(40);

    /** A member that has lost its majority says so within that time. */
    private static final Duration GLANCE = Duration.ofSeconds(10);

    private final Fleet fleet;
    private final ClusterRegistry clusters;
    private final HostQuestions questions;
    private final Snapshots snapshots;
    private final InstantSource clock;

    RefoundingRequests(
            Fleet fleet, ClusterRegistry clusters, HostQuestions questions, Snapshots snapshots, InstantSource clock) {
        this.fleet = fleet;
        this.clusters = clusters;
        this.questions = questions;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    /** A host and what is left of its member. */
    private record Remains(FleetHost host, Candidate candidate, Optional<Problem> unknown) {}

    /**
     * Plans, and notes the plan if the request confirms it.
     *
     * @throws ProblemException CLUSTER_UNKNOWN, RESOURCE_INVALID, what {@link RecoveryPolicy} refuses, what opening a snapshot
     *     refuses; ETCD_RECOVERY_CHANGED if another plan was confirmed; RESOURCE_CONFLICT
     */
    RefoundEtcdResponse refound(String operator, RefoundEtcdRequest request) {
        var name = Names.parse(ResourceKind.CLUSTER, request.getCluster(), ClusterName::new);
        var image = fleet.read();
        var cluster = Optional.ofNullable(image.clusters().get(name))
                .orElseThrow(() -> ClusterRegistry.unknown(name).asException());
        Optional.ofNullable(image.bundles().get(cluster.spec().bundle()))
                .flatMap(bundle -> bundle.manifest().kubernetesRelease())
                .flatMap(EtcdRule::refusesToBeginAnew)
                .ifPresent(problem -> {
                    throw problem.asException();
                });
        var remains = remains(image, name, clock.instant());
        var candidates = remains.stream().map(Remains::candidate).toList();
        var snapshot = snapshot(operator, name, request, candidates);
        var founder = snapshot.isPresent()
                ? RecoveryPolicy.restoring(name, candidates, host(request))
                : RecoveryPolicy.freshest(name, candidates);
        var wanted = new RequestedRefounding(
                cluster.refounding().map(RequestedRefounding::number).orElse(0) + 1,
                founder.seat().host(),
                snapshot.<Refounding.Origin>map(known -> new Refounding.Origin.Snapshot(
                                known.snapshot().id().value(), known.snapshot().content()))
                        .orElseGet(Refounding.Origin.Disk::new),
                remains.stream()
                        .filter(each -> each.unknown().isPresent())
                        .map(each -> each.host().id())
                        .collect(Collectors.toSet()));
        var answer = answer(wanted, remains, snapshot);
        if (!request.getConfirm().isEmpty()) {
            requireShown(request, answer.getPlan());
            clusters.refound(
                    operator,
                    cluster,
                    wanted,
                    snapshot.map(SnapshotIndex::unchanged).stream().toArray(Condition[]::new));
            answer.setConfirmed(true);
        }
        return answer.build();
    }

    private static void requireShown(RefoundEtcdRequest request, String plan) {
        if (!request.getConfirm().equals(plan)) {
            var cluster = request.getCluster();
            var look = request.getSnapshot().isEmpty()
                    ? "keelson etcd recover " + cluster
                    : "keelson etcd restore " + cluster + " " + request.getSnapshot();
            throw Problem.error(
                            ProblemCode.ETCD_RECOVERY_CHANGED,
                            "what would be done to etcd of cluster " + cluster
                                    + " is no longer what was confirmed; nothing was done",
                            Remedy.advise("Look at it again, then confirm that.", look))
                    .asException();
        }
    }

    private static Optional<HostId> host(RefoundEtcdRequest request) {
        return request.getHost().isEmpty()
                ? Optional.empty()
                : Optional.of(Names.parse(ResourceKind.HOST, request.getHost(), HostId::new));
    }

    /** One that cannot be opened is refused now, and not when the members of before are stopped. */
    private Optional<KnownSnapshot> snapshot(
            String operator, ClusterName cluster, RefoundEtcdRequest request, List<Candidate> candidates) {
        if (request.getSnapshot().isEmpty()) {
            return Optional.empty();
        }
        var unused = RecoveryPolicy.restoring(cluster, candidates, host(request));
        try (var plain = snapshots.open(operator, cluster, SnapshotAnswers.id(request.getSnapshot()))) {
            return Optional.of(plain.known());
        }
    }

    /** All hosts are asked at once: one that does not answer takes its time, and nothing is served meanwhile. */
    private List<Remains> remains(FleetImage image, ClusterName cluster, Instant now) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var looks = new ArrayList<Future<Remains>>();
            for (var id : image.assigned(cluster).keySet()) {
                var host = Optional.ofNullable(image.hosts().get(id)).orElseThrow();
                host.member(now).ifPresent(seat -> looks.add(threads.submit(() -> look(host, seat))));
            }
            return looks.stream().map(RefoundingRequests::result).toList();
        }
    }

    private static Remains result(Future<Remains> look) {
        try {
            return look.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while hosts were asked what is left of etcd", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a host could not be asked what is left of etcd", e.getCause());
        }
    }

    private Remains look(FleetHost host, MemberSeat known) {
        var seat = now(known);
        try {
            return new Remains(host, new Candidate(seat, questions.etcdDisk(host.id(), LOOK)), Optional.empty());
        } catch (ProblemException e) {
            return new Remains(host, new Candidate(seat, Optional.empty()), Optional.of(e.problem()));
        }
    }

    /**
     * One that said to have its majority is asked whether it still does: it takes its host seconds to notice that it does not, and a
     * person who sees what has happened should not be told otherwise.
     */
    private MemberSeat now(MemberSeat known) {
        if (!known.connected() || known.status().filter(MemberStatus::quorum).isEmpty()) {
            return known;
        }
        try {
            return known.asked(questions.etcdStatus(known.host(), GLANCE));
        } catch (ProblemException e) {
            return known; // which refuses what would begin a cluster anew
        }
    }

    private RefoundEtcdResponse.Builder answer(
            RequestedRefounding wanted, List<Remains> remains, Optional<KnownSnapshot> snapshot) {
        var answer = RefoundEtcdResponse.newBuilder()
                .setFounder(wanted.founder().value())
                .setNumber(wanted.number());
        snapshot.map(SnapshotAnswers::stored).ifPresent(answer::setSnapshot);
        var facts = new StringBuilder()
                .append(wanted.number())
                .append(wanted.founder())
                .append(wanted.origin());
        for (var each : remains) {
            answer.addHosts(message(each));
            facts.append('\n')
                    .append(each.host().id())
                    .append(' ')
                    .append(each.candidate().disk().map(RefoundingRequests::log).orElse(""))
                    .append(each.unknown().map(problem -> problem.code().name()).orElse(""));
        }
        return answer.setPlan(
                Digest.of(facts.toString().getBytes(StandardCharsets.UTF_8)).abbreviated());
    }

    /**
     * What would be begun with, or given up. Whether a member that has lost its majority answers just now is no part of it, nor
     * what a leader that does not know yet that it is alone goes on writing to its own log: that was acknowledged to nobody.
     */
    private static String log(MemberDisk disk) {
        return disk.cluster() + " " + disk.member() + " " + disk.commit() + " " + disk.torn();
    }

    private static EtcdRemains message(Remains remains) {
        var seat = remains.candidate().seat();
        var message = EtcdRemains.newBuilder()
                .setHost(seat.host().value())
                .setConnected(seat.connected())
                .setLastSeenMillis(remains.host()
                        .observed()
                        .map(seen -> seen.lastSeen().toEpochMilli())
                        .orElse(0L));
        seat.status().ifPresent(status -> message.setLastIndex(status.index()).setLastRevision(status.revision()));
        remains.candidate().disk().map(RefoundingRequests::disk).ifPresent(message::setDisk);
        remains.unknown().map(ProblemStatus::report).ifPresent(message::setProblem);
        return message.build();
    }

    private static EtcdDisk disk(MemberDisk disk) {
        var message = EtcdDisk.newBuilder()
                .setPresent(true)
                .setClusterId(disk.cluster().bits())
                .setMemberId(disk.member().bits())
                .setTerm(disk.term())
                .setIndex(disk.index())
                .setCommit(disk.commit())
                .setTorn(disk.torn());
        disk.keyspace()
                .ifPresent(keys -> message.setRevision(keys.revision())
                        .setCompacted(keys.compacted())
                        .setHash((int) keys.hash())
                        .setKeys(keys.keys()));
        return message.build();
    }
}
