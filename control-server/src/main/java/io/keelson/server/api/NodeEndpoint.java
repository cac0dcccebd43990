package io.keelson.server.api;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import io.keelson.proto.operator.v1.CordonNodeRequest;
import io.keelson.proto.operator.v1.CordonNodeResponse;
import io.keelson.proto.operator.v1.DrainNodeRequest;
import io.keelson.proto.operator.v1.DrainNodeResponse;
import io.keelson.proto.operator.v1.ForecastDrainRequest;
import io.keelson.proto.operator.v1.ForecastDrainResponse;
import io.keelson.proto.operator.v1.NodeServiceGrpc.NodeServiceImplBase;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.drain.DrainTurns;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.kubernetes.ClusterApis;
import java.time.InstantSource;

/** The operators' service for single nodes; no call of it passes without an operator's token. */
public final class NodeEndpoint implements BindableService {
    private final Calls calls;
    private final Authorisation authorisation;

    private NodeEndpoint(Calls calls, Authorisation authorisation) {
        this.calls = calls;
        this.authorisation = authorisation;
    }

    /** What the service is made of. */
    public record Parts(
            Operators operators,
            Fleet fleet,
            ClusterApis apis,
            DrainTurns turns,
            AuditLog audit,
            InstantSource clock) {}

    /** The service made of its parts. */
    public static NodeEndpoint of(Parts parts) {
        return new NodeEndpoint(
                new Calls(
                        new DrainAnswers(parts.fleet(), parts.apis(), parts.audit()),
                        new DrainCalls(parts.fleet(), parts.apis(), parts.turns(), parts.audit(), parts.clock())),
                new Authorisation(parts.operators()));
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerInterceptors.intercept(calls, authorisation);
    }

    private static final class Calls extends NodeServiceImplBase {
        private final DrainAnswers answers;
        private final DrainCalls drains;

        Calls(DrainAnswers answers, DrainCalls drains) {
            this.answers = answers;
            this.drains = drains;
        }

        @Override
        public void forecastDrain(ForecastDrainRequest request, StreamObserver<ForecastDrainResponse> caller) {
            Answering.once(caller, () -> answers.forecast(Authorisation.operator(), request));
        }

        @Override
        public void cordonNode(CordonNodeRequest request, StreamObserver<CordonNodeResponse> caller) {
            Answering.once(caller, () -> answers.cordon(Authorisation.operator(), request));
        }

        @Override
        public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeResponse> caller) {
            Answering.stream(caller, stream -> drains.begin(Authorisation.operator(), request, stream));
        }
    }
}
