package io.keelson.server.api;

import com.google.protobuf.InvalidProtocolBufferException;
import io.keelson.fleet.ClusterPlan;
import io.keelson.fleet.ClusterPlanner;
import io.keelson.fleet.ClusterPlanning;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.problem.Severity;
import io.keelson.proto.operator.v1.ApplyRequest;
import io.keelson.proto.operator.v1.ApplyResponse;
import io.keelson.server.api.manifest.Declarations;
import io.keelson.server.api.manifest.ManifestReader;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import io.keelson.server.pool.NodePools;
import io.keelson.server.pool.RegisteredPool;
import io.keelson.server.wire.ProblemStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Declares what a manifest says: all of it in one transaction, or nothing with every reason. */
final class Application {
    private static final int TRIES = 8;

    private final Fleet fleet;
    private final ClusterRegistry clusters;
    private final NodePools pools;
    private final RequestLog requests;

    Application(Fleet fleet, ClusterRegistry clusters, NodePools pools, RequestLog requests) {
        this.fleet = fleet;
        this.clusters = clusters;
        this.pools = pools;
        this.requests = requests;
    }

    ApplyResponse apply(String operator, ApplyRequest message) {
        var request = RequestLog.Request.of(
                message.getRequestId(),
                message.toBuilder().clearRequestId().build().toByteArray());
        var declared = ManifestReader.read(message.getManifest().toByteArray());
        for (int attempt = 0; attempt < TRIES; attempt++) {
            if (requests.recall(request) instanceof RequestLog.Memory.Answered(var answer)) {
                return parse(answer);
            }
            var order = clusters.order();
            var image = fleet.read();
            var warnings = judge(image, declared);
            var response = answer(image, declared, warnings);
            if (message.getDryRun()
                    || clusters.declare(
                            operator,
                            order,
                            declared.clusters(),
                            pools.declaring(operator, declared.pools()),
                            requests.answering(request, response.toByteArray()))) {
                return response;
            }
        }
        throw Problem.error(
                        ProblemCode.RESOURCE_CONFLICT,
                        "other declarations came in between " + TRIES + " times in a row",
                        Remedy.advise("Apply again."))
                .asException();
    }

    /** The warnings; each declaration is judged as if all others of the manifest stood already. */
    private static List<Problem> judge(FleetImage image, Declarations declarations) {
        var declared = image;
        for (var spec : declarations.clusters()) {
            declared = declared.with(new RegisteredCluster(spec, Instant.EPOCH, 0, false, Map.of(), 0));
        }
        for (var pool : declarations.pools()) {
            declared = declared.with(RegisteredPool.of(pool, Instant.EPOCH));
        }
        var problems = new ArrayList<Problem>();
        for (var spec : declarations.clusters()) {
            problems.addAll(
                    switch (ClusterPlanner.plan(declared.question(spec))) {
                        case ClusterPlan plan -> plan.warnings();
                        case ClusterPlanning.Refused(var found) -> found;
                    });
        }
        for (var pool : declarations.pools()) {
            problems.addAll(declared.judge(pool, image.pools().declared(pool.name())));
        }
        if (problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR)) {
            throw new ProblemException(problems);
        }
        return problems;
    }

    private ApplyResponse answer(FleetImage image, Declarations declared, List<Problem> warnings) {
        var response = ApplyResponse.newBuilder();
        for (var spec : declared.clusters()) {
            var change = clusters.compare(Optional.ofNullable(image.clusters().get(spec.name())), spec);
            response.addApplied(applied(ResourceKind.CLUSTER, spec.name().value(), change));
        }
        for (var pool : declared.pools()) {
            var known = Optional.ofNullable(image.pools().pools().get(pool.name()));
            response.addApplied(applied(ResourceKind.NODE_POOL, pool.name().value(), NodePools.compare(known, pool)));
        }
        warnings.forEach(warning -> response.addWarnings(ProblemStatus.report(warning)));
        return response.build();
    }

    private static ApplyResponse.Applied applied(ResourceKind kind, String name, Enum<?> change) {
        return ApplyResponse.Applied.newBuilder()
                .setKind(kind.canonical())
                .setName(name)
                .setOutcome(change.name().toLowerCase(Locale.ROOT))
                .build();
    }

    private static ApplyResponse parse(byte[] answer) {
        try {
            return ApplyResponse.parseFrom(answer);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a kept answer cannot be read", e);
        }
    }
}
