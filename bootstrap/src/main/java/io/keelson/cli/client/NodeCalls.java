package io.keelson.cli.client;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
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
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What an operator asks about single nodes.
 *
 * @param limit of each call, as far as it does not look at a whole cluster or empty a node
 */
public record NodeCalls(ManagedChannel channel, Metadata credential, String server, Duration limit) {
    /** A large cluster has many pods to look at. */
    private static final Duration LOOK = Duration.ofMinutes(2);

    /** The server gives up at the limit, and then has to change the node back through an API that may not answer. */
    private static final Duration BACK = Duration.ofMinutes(3);

    /** What emptying nodes at the same time would mean. */
    public ForecastDrainResponse forecast(String cluster, List<String> nodes, DrainLimits limits) {
        var request = ForecastDrainRequest.newBuilder()
                .setCluster(cluster)
                .addAllNodes(nodes)
                .setLimits(limits)
                .build();
        return call(() -> stub(LOOK).forecastDrain(request));
    }

    /** Cordons a node, or lets it take pods again; returns whether it was otherwise before. */
    public boolean cordon(String cluster, String node, boolean cordoned) {
        var request = CordonNodeRequest.newBuilder()
                .setCluster(cluster)
                .setNode(node)
                .setCordoned(cordoned)
                .build();
        return call(() -> stub(LOOK).cordonNode(request)).getChanged();
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
        var call = NodeServiceGrpc.newBlockingV2Stub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(credential))
                .withDeadlineAfter(atMost.plus(BACK).toMillis(), TimeUnit.MILLISECONDS)
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
                                server + " ended the drain of node " + node + " without saying that it is empty",
                                Remedy.advise("See what is on it.", "keelson node drain " + node + " --dry-run"))
                        .asException();
            }
        } catch (StatusException e) {
            throw ProblemTrailer.decode(new StatusRuntimeException(e.getStatus(), e.getTrailers()), server);
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
        var atMost = limit.compareTo(least) > 0 ? limit : least;
        return NodeServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(credential))
                .withDeadlineAfter(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    private <T> T call(Supplier<T> request) {
        try {
            return request.get();
        } catch (StatusRuntimeException e) {
            throw ProblemTrailer.decode(e, server);
        }
    }
}
