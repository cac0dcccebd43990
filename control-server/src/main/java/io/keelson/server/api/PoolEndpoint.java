package io.keelson.server.api;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import io.keelson.proto.operator.v1.CancelPoolRequest;
import io.keelson.proto.operator.v1.CancelPoolResponse;
import io.keelson.proto.operator.v1.GetPoolRequest;
import io.keelson.proto.operator.v1.GetPoolResponse;
import io.keelson.proto.operator.v1.PausePoolRequest;
import io.keelson.proto.operator.v1.PausePoolResponse;
import io.keelson.proto.operator.v1.PoolHistoryRequest;
import io.keelson.proto.operator.v1.PoolHistoryResponse;
import io.keelson.proto.operator.v1.PoolServiceGrpc.PoolServiceImplBase;
import io.keelson.proto.operator.v1.ResetPoolHostRequest;
import io.keelson.proto.operator.v1.ResetPoolHostResponse;
import io.keelson.proto.operator.v1.RestartPoolRequest;
import io.keelson.proto.operator.v1.RestartPoolResponse;
import io.keelson.proto.operator.v1.ResumePoolRequest;
import io.keelson.proto.operator.v1.ResumePoolResponse;
import io.keelson.proto.operator.v1.RetryPoolHostRequest;
import io.keelson.proto.operator.v1.RetryPoolHostResponse;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.LiveFleet;
import io.keelson.server.observed.ObservedStates;
import io.keelson.server.pool.NodePools;
import io.keelson.server.pool.PoolHistory;
import io.keelson.server.pool.PoolRecords;
import io.keelson.server.pool.Pools;
import java.time.InstantSource;

/** The operators' service for node pools; no call of it passes without an operator's token. */
public final class PoolEndpoint implements BindableService {
    private final Calls calls;
    private final Authorisation authorisation;

    private PoolEndpoint(Calls calls, Authorisation authorisation) {
        this.calls = calls;
        this.authorisation = authorisation;
    }

    /**
     * What the service is made of.
     *
     * @param live for watches; all other answers are read afresh
     */
    public record Parts(
            Operators operators,
            Fleet fleet,
            LiveFleet live,
            ObservedStates observed,
            Pools pools,
            NodePools declared,
            PoolRecords records,
            PoolHistory history,
            InstantSource clock) {}

    /** The service made of its parts. */
    public static PoolEndpoint of(Parts parts) {
        var resources = new Resources(parts.fleet(), parts.observed(), parts.clock());
        return new PoolEndpoint(
                new Calls(
                        parts.fleet(),
                        parts.live(),
                        new PoolAnswers(resources, parts.history(), parts.clock()),
                        new PoolSteering(parts.pools(), parts.declared(), parts.records())),
                new Authorisation(parts.operators()));
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerInterceptors.intercept(calls, authorisation);
    }

    private static final class Calls extends PoolServiceImplBase {
        private final Fleet fleet;
        private final LiveFleet live;
        private final PoolAnswers answers;
        private final PoolSteering steering;
        private final Watches watches;

        Calls(Fleet fleet, LiveFleet live, PoolAnswers answers, PoolSteering steering) {
            this.fleet = fleet;
            this.live = live;
            this.answers = answers;
            this.steering = steering;
            this.watches = new Watches(live);
        }

        @Override
        public void getPool(GetPoolRequest request, StreamObserver<GetPoolResponse> caller) {
            Answering.once(caller, () -> answers.get(PoolAnswers.name(request.getName()), fleet.read()));
        }

        @Override
        public void watchPool(GetPoolRequest request, StreamObserver<GetPoolResponse> caller) {
            Answering.stream(caller, stream -> {
                var name = PoolAnswers.name(request.getName());
                watches.begin("node pool " + name, again -> answers.get(name, live.image()), stream);
            });
        }

        @Override
        public void pausePool(PausePoolRequest request, StreamObserver<PausePoolResponse> caller) {
            Answering.once(caller, () -> steering.pause(Authorisation.operator(), request));
        }

        @Override
        public void resumePool(ResumePoolRequest request, StreamObserver<ResumePoolResponse> caller) {
            Answering.once(caller, () -> steering.resume(Authorisation.operator(), request));
        }

        @Override
        public void cancelPool(CancelPoolRequest request, StreamObserver<CancelPoolResponse> caller) {
            Answering.once(caller, () -> steering.cancel(Authorisation.operator(), request));
        }

        @Override
        public void restartPool(RestartPoolRequest request, StreamObserver<RestartPoolResponse> caller) {
            Answering.once(caller, () -> steering.restart(Authorisation.operator(), request));
        }

        @Override
        public void retryPoolHost(RetryPoolHostRequest request, StreamObserver<RetryPoolHostResponse> caller) {
            Answering.once(caller, () -> steering.retry(Authorisation.operator(), request));
        }

        @Override
        public void resetPoolHost(ResetPoolHostRequest request, StreamObserver<ResetPoolHostResponse> caller) {
            Answering.once(caller, () -> steering.reset(Authorisation.operator(), request));
        }

        @Override
        public void poolHistory(PoolHistoryRequest request, StreamObserver<PoolHistoryResponse> caller) {
            Answering.once(caller, () -> answers.history(request, fleet.read()));
        }
    }
}
