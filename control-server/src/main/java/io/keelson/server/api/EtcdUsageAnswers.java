package io.keelson.server.api;

import io.keelson.etcd.DeletionPlan;
import io.keelson.etcd.MemberSeat;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.EtcdUsage;
import io.keelson.proto.operator.v1.EtcdUsageRequest;
import io.keelson.proto.operator.v1.EtcdUsageResponse;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.session.EtcdUsages;
import io.keelson.server.session.HostQuestions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Answers who takes up how much of a cluster's etcd, by asking one of its hosts: every member holds the same. Followers
 * come first, so that the leader is left to its work; where one cannot say, the next is asked.
 */
final class EtcdUsageAnswers {
    /** For all hosts that are asked together. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** There is no use in asking for less. */
    private static final Duration LEAST = Duration.ofSeconds(5);

    private final Fleet fleet;
    private final HostQuestions questions;
    private final String server;
    private final InstantSource clock;

    EtcdUsageAnswers(Fleet fleet, HostQuestions questions, String server, InstantSource clock) {
        this.fleet = fleet;
        this.questions = questions;
        this.server = server;
        this.clock = clock;
    }

    EtcdUsageResponse usage(EtcdUsageRequest request) {
        var now = clock.instant();
        var image = fleet.read();
        var cluster = ChosenCluster.of(request.getCluster(), image);
        var members = members(cluster, image, now);
        var here =
                members.stream().map(FleetHost::id).filter(questions::reaches).toList();
        if (here.isEmpty()) {
            throw notHere(cluster, members, now).asException();
        }
        return ask(here, now.plus(LIMIT)).setCluster(cluster.value()).build();
    }

    private EtcdUsageResponse.Builder ask(List<HostId> hosts, Instant end) {
        var problems = new ArrayList<Problem>();
        for (var host : hosts) {
            var left = Duration.between(clock.instant(), end);
            if (left.compareTo(LEAST) < 0) {
                break;
            }
            try {
                return response(host, questions.etcdUsage(host, left));
            } catch (ProblemException e) {
                if (e.problem().code() == ProblemCode.HOST_QUESTION_BUSY) {
                    throw e; // somebody else looks already; to burden a second member is no help
                }
                problems.addAll(e.problems());
            }
        }
        throw new ProblemException(problems);
    }

    private static EtcdUsageResponse.Builder response(HostId host, EtcdUsage usage) {
        var response = EtcdUsageResponse.newBuilder().setHost(host.value()).setUsage(usage);
        for (var deletion : DeletionPlan.of(EtcdUsages.read(usage))) {
            response.addPlan(EtcdUsageResponse.Deletion.newBuilder()
                    .setCommand(deletion.command())
                    .setKeys(deletion.keys())
                    .setBytes(deletion.bytes())
                    .setBreaks(deletion.breaks()));
        }
        return response;
    }

    /** Hosts that are to hold a member, the most promising first. */
    private static List<FleetHost> members(ClusterName name, FleetImage image, Instant now) {
        return image.assigned(name).keySet().stream()
                .map(id -> Optional.ofNullable(image.hosts().get(id)).orElseThrow())
                .filter(host -> host.member(now).isPresent())
                .sorted(Comparator.comparing(
                        host -> host.member(now).map(EtcdUsageAnswers::rank).orElse(Integer.MAX_VALUE)))
                .toList();
    }

    private static int rank(MemberSeat seat) {
        if (seat.carries()) {
            return seat.status()
                            .filter(status -> status.role() == MemberStatus.Role.LEADER)
                            .isPresent()
                    ? 1
                    : 0;
        }
        return seat.status().isPresent() ? 2 : 3;
    }

    private Problem notHere(ClusterName cluster, List<FleetHost> members, Instant now) {
        var elsewhere = members.stream()
                .filter(host -> host.connected(now))
                .flatMap(host -> host.observed().stream().map(seen -> host.id() + " at " + seen.server()))
                .collect(Collectors.joining(", "));
        var what = "no host with an etcd member of cluster " + cluster + " is connected to this server, " + server;
        return elsewhere.isEmpty()
                ? Problem.error(
                        ProblemCode.HOST_NOT_CONNECTED,
                        what + ", nor to another one",
                        Remedy.advise("See whether the agents run on the hosts.", "keelson get hosts"))
                : Problem.error(
                        ProblemCode.HOST_NOT_CONNECTED,
                        what + "; connected elsewhere: " + elsewhere,
                        Remedy.advise(
                                "Ask a server that has one of them, by a context for it.", "keelson context list"));
    }
}
