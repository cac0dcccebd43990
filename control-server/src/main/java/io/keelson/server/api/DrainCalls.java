package io.keelson.server.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.keelson.drain.DrainPolicy;
import io.keelson.drain.Hindrance;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.DrainNodeRequest;
import io.keelson.proto.operator.v1.DrainNodeResponse;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.drain.DrainEvent;
import io.keelson.server.drain.DrainOutcome;
import io.keelson.server.drain.DrainProblems;
import io.keelson.server.drain.DrainTurns;
import io.keelson.server.drain.Drainer;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.kubernetes.ClusterApis;
import io.keelson.server.wire.ProblemStatus;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Empties nodes for operators, each on a virtual thread of its own; a caller that goes away takes it back. What a caller does
 * not read in time is not told to it: progress is for people, and none of it is kept.
 */
final class DrainCalls {
    private static final System.Logger LOG = System.getLogger(DrainCalls.class.getName());
    private static final int MOST = 64;

    private final Fleet fleet;
    private final ClusterApis apis;
    private final DrainTurns turns;
    private final AuditLog audit;
    private final InstantSource clock;
    private final Semaphore room = new Semaphore(MOST);

    DrainCalls(Fleet fleet, ClusterApis apis, DrainTurns turns, AuditLog audit, InstantSource clock) {
        this.fleet = fleet;
        this.apis = apis;
        this.turns = turns;
        this.audit = audit;
        this.clock = clock;
    }

    private record Asked(String operator, ClusterName cluster, NodeName node, DrainPolicy policy) {}

    void begin(String operator, DrainNodeRequest request, ServerCallStreamObserver<DrainNodeResponse> caller) {
        var asked = new Asked(
                operator,
                ChosenCluster.of(request.getCluster(), fleet.read()),
                DrainLimitsReader.node(request.getNode()),
                DrainLimitsReader.read(request.getLimits()));
        if (!room.tryAcquire()) {
            throw Problem.error(
                            ProblemCode.RESOURCE_CONFLICT,
                            "this server empties " + MOST + " nodes already",
                            Remedy.advise("Wait until one of them is empty."))
                    .asException();
        }
        var gone = new CountDownLatch(1);
        caller.setOnCancelHandler(gone::countDown);
        Thread.ofVirtual().name("drain of " + asked.node()).start(() -> {
            try {
                answer(asked, caller, gone);
            } finally {
                room.release();
            }
        });
    }

    private void answer(Asked asked, ServerCallStreamObserver<DrainNodeResponse> caller, CountDownLatch gone) {
        try {
            var outcome = drain(asked, caller, gone);
            var problems = DrainProblems.of(asked.cluster(), asked.node(), asked.policy(), outcome);
            LOG.log(Level.INFO, "node {0} of cluster {1}: {2}", asked.node(), asked.cluster(), outcome);
            if (caller.isCancelled()) {
                return;
            }
            if (problems.isEmpty()) {
                caller.onNext(DrainNodeResponse.newBuilder()
                        .setEmptied(DrainNodeResponse.Emptied.getDefaultInstance())
                        .build());
                caller.onCompleted();
            } else {
                caller.onError(ProblemStatus.of(problems));
            }
        } catch (RuntimeException e) {
            if (!caller.isCancelled()) {
                caller.onError(ProblemStatus.of(e));
            } else {
                LOG.log(Level.WARNING, "emptying node " + asked.node() + " failed after its caller had gone", e);
            }
        }
    }

    private DrainOutcome drain(Asked asked, ServerCallStreamObserver<DrainNodeResponse> caller, CountDownLatch gone) {
        var subject = asked.cluster() + "/" + asked.node();
        try (var turn = turns.take(asked.cluster(), asked.node()).orElseThrow(() -> emptiedAlready(asked));
                var api = apis.open(asked.operator(), asked.cluster())) {
            audit.append(asked.operator(), "node.drain", subject, asked.policy().toString());
            var outcome = new Drainer(api, clock)
                    .drain(asked.node(), asked.policy(), event -> tell(caller, event), time -> within(gone, time));
            audit.append(
                    asked.operator(),
                    "node.drained",
                    subject,
                    outcome.getClass().getSimpleName());
            return outcome;
        }
    }

    private static RuntimeException emptiedAlready(Asked asked) {
        return Problem.error(
                        ProblemCode.RESOURCE_CONFLICT,
                        "node " + asked.node() + " of cluster " + asked.cluster() + " is being emptied already",
                        Remedy.advise(
                                "Wait for it; it stops when the node is uncordoned.",
                                "keelson node uncordon " + asked.node() + " --cluster " + asked.cluster()))
                .asException();
    }

    private static boolean within(CountDownLatch gone, Duration time) {
        try {
            return gone.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static void tell(ServerCallStreamObserver<DrainNodeResponse> caller, DrainEvent event) {
        if (!caller.isCancelled() && caller.isReady()) {
            caller.onNext(message(event));
        }
    }

    private static DrainNodeResponse message(DrainEvent event) {
        var message = DrainNodeResponse.newBuilder();
        switch (event) {
            case DrainEvent.Began(var since, var before) ->
                message.setBegan(DrainNodeResponse.Began.newBuilder()
                        .setSinceMillis(since.toEpochMilli())
                        .setCordonedBefore(before));
            case DrainEvent.Evicted(var pod) -> message.setEvicted(pod.name().toString());
            case DrainEvent.Refused(var pod, var why) ->
                message.setRefused(DrainNodeResponse.Refused.newBuilder()
                        .setPod(pod.name().toString())
                        .setWhy(why));
            case DrainEvent.Forced(var pod, var atOnce) ->
                message.setForced(DrainNodeResponse.Forced.newBuilder()
                        .setPod(pod.name().toString())
                        .setAtOnce(atOnce));
            case DrainEvent.Waiting(var reasons) ->
                message.setWaiting(DrainNodeResponse.Waiting.newBuilder()
                        .addAllReasons(reasons.stream().map(Hindrance::what).toList()));
            case DrainEvent.Unanswered(var why) -> message.setUnanswered(why);
        }
        return message.build();
    }
}
