package io.keelson.cli;

import io.grpc.stub.StreamObserver;
import io.keelson.proto.operator.v1.HostServiceGrpc.HostServiceImplBase;
import io.keelson.proto.operator.v1.RemoveHostRequest;
import io.keelson.proto.operator.v1.RemoveHostResponse;
import io.keelson.proto.operator.v1.ResetHostRequest;
import io.keelson.proto.operator.v1.ResetHostResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a recorded server answers about hosts that no declaration names. */
public final class RecordedHosts extends HostServiceImplBase {
    public final List<Object> asked = new CopyOnWriteArrayList<>();

    @Override
    public void removeHost(RemoveHostRequest request, StreamObserver<RemoveHostResponse> to) {
        asked.add(request);
        to.onNext(RemoveHostResponse.newBuilder()
                .addSteps("it is revoked")
                .addSteps("it is forgotten")
                .build());
        to.onCompleted();
    }

    @Override
    public void resetHost(ResetHostRequest request, StreamObserver<ResetHostResponse> to) {
        asked.add(request);
        to.onNext(ResetHostResponse.newBuilder().addSteps("it is told").build());
        to.onCompleted();
    }
}
