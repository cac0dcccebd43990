package io.keelson.cli.client;

import io.grpc.StatusException;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.CordonNodeRequest;
import io.keelson.proto.operator.v1.DrainLimits;
import io.keelson.proto.operator.v1.DrainNodeRequest;
import io.keelson.proto.operator.v1.DrainNodeResponse;
import io.keelson.proto.operator.v1.ForecastDrainRequest;
import io.keelson.proto.operator.v1.ForecastDrainResponse;
import io.keelson.proto.operator.v1.NodeServiceGrpc;
import io.keelson.proto.operator.v1.NodeServiceGrpc.NodeServiceBlockingStub;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What an operator asks about single nodes.
 */
public final class NodeCalls {
    /** A large cluster has many pods to look at. */
    private static final Duration LOOK = Duration.ofMinutes(2);

    /** The server gives up at the limit, and then has to change the node back through an API that may not answer. */
    private static final Duration BACK = Duration.ofMinutes(3);

    private final Caller caller;

    NodeCalls(Caller caller) {
        this.caller = caller;
    }

    /** What emptying nodes at the same time would mean. */
    public ForecastDrainResponse forecast(String cluster, List<String> nodes, DrainLimits limits) {
        var request = ForecastDrainRequest.newBuilder()
                .setCluster(cluster)
                .addAllNodes(nodes)
                .setLimits(limits)
                .build();
        return caller.call(() -> stub(LOOK).forecastDrain(request));
    }

    /** Cordons a node, or lets it take pods again; returns whether it was otherwise before. */
    public boolean cordon(String cluster, String node, boolean cordoned) {
        var request = CordonNodeRequest.newBuilder()
                .setCluster(cluster)
                .setNode(node)
                .setCordoned(cordoned)
                .build();
        return caller.call(() -> stub(LOOK).cordonNode(request)).getChanged();
    }

    /**
     * Empties a node; returns when it is empty. When the calling program ends, the server takes it back.
     *
     * @param atMost the limit that the server was told
     */
    public void drain(
            String cluster, String node, DrainLimits limits, Duration atMost, Consumer<DrainNodeResponse> progress) {
        var request = DrainNodeRequest.newBuilder()
                .setCluster(cluster)
                .setNode(node)
                .setLimits(limits)
                .build();
        var call = caller.stub(NodeServiceGrpc::newBlockingV2Stub, atMost.plus(BACK))
                .drainNode(request);
        try {
            boolean emptied = false;
            for (var event = call.read(); event != null; event = call.read()) {
                progress.accept(event);
                emptied |= event.hasEmptied();
            }
            if (!emptied) {
                throw Problem.error(
                                ProblemCode.NODE_NOT_EMPTY,
                                caller.server() + " ended the drain of node " + node
                                        + " without saying that it is empty",
                                Remedy.advise("See what is on it.", "keelson node drain " + node + " --dry-run"))
                        .asException();
            }
        } catch (StatusException e) {
            throw caller.refused(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.error(
                            ProblemCode.NODE_DRAIN_STOPPED,
                            "the drain of node " + node + " was ended; the server takes it back",
                            Remedy.advise("Begin again when it is wanted."))
                    .asException();
        } finally {
            call.cancel("over", null);
        }
    }

    private NodeServiceBlockingStub stub(Duration least) {
        var atMost = caller.limit().compareTo(least) > 0 ? caller.limit() : least;
        return caller.stub(NodeServiceGrpc::newBlockingStub, atMost);
    }
}
