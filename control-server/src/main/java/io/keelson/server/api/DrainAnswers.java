package io.keelson.server.api;

import io.keelson.drain.DrainForecast;
import io.keelson.drain.PodForecast;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.CordonNodeRequest;
import io.keelson.proto.operator.v1.CordonNodeResponse;
import io.keelson.proto.operator.v1.ForecastDrainRequest;
import io.keelson.proto.operator.v1.ForecastDrainResponse;
import io.keelson.proto.operator.v1.PodVerdict;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.kubernetes.ClusterApis;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Owner;
import io.keelson.workload.WorkPicture;
import java.util.List;
import java.util.Optional;

/** Answers what emptying nodes would mean, and cordons them by a person's word. */
final class DrainAnswers {
    private final Fleet fleet;
    private final ClusterApis apis;
    private final AuditLog audit;

    DrainAnswers(Fleet fleet, ClusterApis apis, AuditLog audit) {
        this.fleet = fleet;
        this.apis = apis;
        this.audit = audit;
    }

    ForecastDrainResponse forecast(String operator, ForecastDrainRequest request) {
        var cluster = ChosenCluster.of(request.getCluster(), fleet.read());
        var policy = DrainLimitsReader.read(request.getLimits());
        var nodes = request.getNodesList().stream()
                .map(DrainLimitsReader::node)
                .distinct()
                .toList();
        if (nodes.isEmpty()) {
            throw Problem.error(
                            ProblemCode.RESOURCE_INVALID,
                            "no node is named",
                            Remedy.advise("Name the nodes.", "keelson get nodes"))
                    .asException();
        }
        try (var api = apis.open(operator, cluster)) {
            var picture = api.everything();
            nodes.forEach(node -> require(picture, node));
            return answer(DrainForecast.of(picture, nodes, policy))
                    .setCluster(cluster.value())
                    .build();
        }
    }

    private static void require(WorkPicture picture, NodeName node) {
        if (picture.node(node).isEmpty()) {
            throw Problem.error(
                            ProblemCode.NODE_UNKNOWN,
                            "the cluster has no node " + node,
                            Remedy.advise("See which nodes there are.", "keelson get nodes"))
                    .asException();
        }
    }

    CordonNodeResponse cordon(String operator, CordonNodeRequest request) {
        var cluster = ChosenCluster.of(request.getCluster(), fleet.read());
        var node = DrainLimitsReader.node(request.getNode());
        try (var api = apis.open(operator, cluster)) {
            var seen = api.node(node);
            // A person's word: a mark of Keelson's ends with it, and an emptying that is under way sees that and stops.
            boolean changed = seen.node().cordoned() != request.getCordoned()
                    || seen.mark().isPresent();
            if (changed) {
                audit.append(
                        operator, request.getCordoned() ? "node.cordon" : "node.uncordon", cluster + "/" + node, "");
                api.change(seen, request.getCordoned(), Optional.empty());
            }
            return CordonNodeResponse.newBuilder().setChanged(changed).build();
        }
    }

    private static ForecastDrainResponse.Builder answer(DrainForecast forecast) {
        var answer = ForecastDrainResponse.newBuilder()
                .addAllPods(forecast.pods().stream().map(DrainAnswers::pod).toList())
                .setEstimateMillis(forecast.estimate().toMillis())
                .setSucceeds(forecast.succeeds());
        forecast.deadlock()
                .ifPresent(deadlock -> answer.setDeadlock(ForecastDrainResponse.Deadlock.newBuilder()
                        .addAllNodes(deadlock.nodes().stream()
                                .map(NodeName::value)
                                .sorted()
                                .toList())
                        .addAllPods(names(deadlock.pods()))
                        .addAllBudgets(names(List.copyOf(deadlock.budgets())))));
        return answer;
    }

    private static List<String> names(List<ObjectName> names) {
        return names.stream().map(ObjectName::toString).sorted().toList();
    }

    private static ForecastDrainResponse.PodForecast pod(PodForecast pod) {
        return ForecastDrainResponse.PodForecast.newBuilder()
                .setNode(pod.node().value())
                .setPod(pod.pod().name().toString())
                .setWorkload(pod.pod().owner().map(Owner::toString).orElse(""))
                .setVerdict(
                        switch (pod.verdict()) {
                            case STAYS -> PodVerdict.POD_VERDICT_STAYS;
                            case NOW -> PodVerdict.POD_VERDICT_NOW;
                            case AFTER_OTHERS -> PodVerdict.POD_VERDICT_AFTER_OTHERS;
                            case NO_ROOM -> PodVerdict.POD_VERDICT_NO_ROOM;
                            case BLOCKED -> PodVerdict.POD_VERDICT_BLOCKED;
                            case FORBIDDEN -> PodVerdict.POD_VERDICT_FORBIDDEN;
                        })
                .setBudget(pod.budget().map(ObjectName::toString).orElse(""))
                .setWhat(pod.what())
                .build();
    }
}
