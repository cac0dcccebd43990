package io.keelson.server.api;

import com.google.protobuf.InvalidProtocolBufferException;
import io.keelson.fleet.ClusterPlan;
import io.keelson.fleet.ClusterPlanner;
import io.keelson.fleet.ClusterPlanning;
import io.keelson.fleet.ClusterSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.problem.Severity;
import io.keelson.proto.operator.v1.ApplyRequest;
import io.keelson.proto.operator.v1.ApplyResponse;
import io.keelson.server.api.manifest.ManifestReader;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
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
    private final RequestLog requests;

    Application(Fleet fleet, ClusterRegistry clusters, RequestLog requests) {
        this.fleet = fleet;
        this.clusters = clusters;
        this.requests = requests;
    }

    ApplyResponse apply(String operator, ApplyRequest message) {
        var request = RequestLog.Request.of(
                message.getRequestId(),
                message.toBuilder().clearRequestId().build().toByteArray());
        var specs = ManifestReader.read(message.getManifest().toByteArray());
        for (int attempt = 0; attempt < TRIES; attempt++) {
            if (requests.recall(request) instanceof RequestLog.Memory.Answered(var answer)) {
                return parse(answer);
            }
            var order = clusters.order();
            var image = fleet.read();
            var warnings = judge(image, specs);
            var response = answer(image, specs, warnings);
            if (message.getDryRun()
                    || clusters.declare(operator, order, specs, requests.answering(request, response.toByteArray()))) {
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
    private static List<Problem> judge(FleetImage image, List<ClusterSpec> specs) {
        var declared = image;
        for (var spec : specs) {
            declared = declared.with(new RegisteredCluster(spec, Instant.EPOCH, 0, false, Map.of(), 0));
        }
        var problems = new ArrayList<Problem>();
        for (var spec : specs) {
            problems.addAll(
                    switch (ClusterPlanner.plan(declared.question(spec))) {
                        case ClusterPlan plan -> plan.warnings();
                        case ClusterPlanning.Refused(var found) -> found;
                    });
        }
        if (problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR)) {
            throw new ProblemException(problems);
        }
        return problems;
    }

    private ApplyResponse answer(FleetImage image, List<ClusterSpec> specs, List<Problem> warnings) {
        var response = ApplyResponse.newBuilder();
        for (var spec : specs) {
            var change = clusters.compare(Optional.ofNullable(image.clusters().get(spec.name())), spec);
            response.addApplied(ApplyResponse.Applied.newBuilder()
                    .setKind(ResourceKind.CLUSTER.canonical())
                    .setName(spec.name().value())
                    .setOutcome(change.name().toLowerCase(Locale.ROOT)));
        }
        warnings.forEach(warning -> response.addWarnings(ProblemStatus.report(warning)));
        return response.build();
    }

    private static ApplyResponse parse(byte[] answer) {
        try {
            return ApplyResponse.parseFrom(answer);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a kept answer cannot be read", e);
        }
    }
}
