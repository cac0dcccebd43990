package io.keelson.server.api;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import io.keelson.fleet.HostId;
import io.keelson.proto.operator.v1.HostServiceGrpc.HostServiceImplBase;
import io.keelson.proto.operator.v1.RemoveHostRequest;
import io.keelson.proto.operator.v1.RemoveHostResponse;
import io.keelson.proto.operator.v1.ResetHostRequest;
import io.keelson.proto.operator.v1.ResetHostResponse;
import io.keelson.server.rollout.HostWords;

/** The operators' service for hosts that no declaration names; no call of it passes without an operator's token. */
public final class HostEndpoint implements BindableService {
    private final Calls calls;
    private final Authorisation authorisation;

    private HostEndpoint(Calls calls, Authorisation authorisation) {
        this.calls = calls;
        this.authorisation = authorisation;
    }

    /** The service made of its parts. */
    public static HostEndpoint of(Operators operators, HostWords words) {
        return new HostEndpoint(new Calls(words), new Authorisation(operators));
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerInterceptors.intercept(calls, authorisation);
    }

    private static final class Calls extends HostServiceImplBase {
        private final HostWords words;

        Calls(HostWords words) {
            this.words = words;
        }

        @Override
        public void removeHost(RemoveHostRequest request, StreamObserver<RemoveHostResponse> caller) {
            Answering.once(
                    caller,
                    () -> RemoveHostResponse.newBuilder()
                            .addAllSteps(words.remove(
                                    Authorisation.operator(),
                                    Names.parse(ResourceKind.HOST, request.getName(), HostId::new),
                                    request.getDryRun()))
                            .build());
        }

        @Override
        public void resetHost(ResetHostRequest request, StreamObserver<ResetHostResponse> caller) {
            Answering.once(
                    caller,
                    () -> ResetHostResponse.newBuilder()
                            .addAllSteps(words.reset(
                                    Authorisation.operator(),
                                    Names.parse(ResourceKind.HOST, request.getName(), HostId::new),
                                    request.getWithoutDraining(),
                                    request.getDryRun()))
                            .build());
        }
    }
}
