package io.keelson.cli;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.keelson.proto.operator.v1.CordonNodeRequest;
import io.keelson.proto.operator.v1.CordonNodeResponse;
import io.keelson.proto.operator.v1.DrainNodeRequest;
import io.keelson.proto.operator.v1.DrainNodeResponse;
import io.keelson.proto.operator.v1.ForecastDrainRequest;
import io.keelson.proto.operator.v1.ForecastDrainResponse;
import io.keelson.proto.operator.v1.NodeServiceGrpc.NodeServiceImplBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a recorded server answers about single nodes. */
public final class RecordedNodes extends NodeServiceImplBase {
    public final List<Object> asked = new CopyOnWriteArrayList<>();
    private final List<DrainNodeResponse> events = new ArrayList<>();
    private Optional<StatusRuntimeException> refusal = Optional.empty();
    private ForecastDrainResponse forecast = ForecastDrainResponse.getDefaultInstance();
    private boolean changed = true;

    public void forecast(ForecastDrainResponse answer) {
        forecast = answer;
    }

    public void unchanged() {
        changed = false;
    }

    /** What comes of a drain. */
    public void drain(DrainNodeResponse... happens) {
        events.addAll(List.of(happens));
    }

    /** How it ends, where it does not end well. */
    public void refuse(StatusRuntimeException failure) {
        refusal = Optional.of(failure);
    }

    @Override
    public void forecastDrain(ForecastDrainRequest request, StreamObserver<ForecastDrainResponse> to) {
        asked.add(request);
        to.onNext(forecast);
        to.onCompleted();
    }

    @Override
    public void cordonNode(CordonNodeRequest request, StreamObserver<CordonNodeResponse> to) {
        asked.add(request);
        to.onNext(CordonNodeResponse.newBuilder().setChanged(changed).build());
        to.onCompleted();
    }

    @Override
    public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeResponse> to) {
        asked.add(request);
        events.forEach(to::onNext);
        refusal.ifPresentOrElse(to::onError, to::onCompleted);
    }
}
