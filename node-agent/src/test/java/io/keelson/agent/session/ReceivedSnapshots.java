package io.keelson.agent.session;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.keelson.proto.agent.v1.EtcdSnapshot;
import io.keelson.proto.agent.v1.HandInSnapshotRequest;
import io.keelson.proto.agent.v1.HandInSnapshotResponse;
import io.keelson.proto.agent.v1.OfferSnapshotResponse;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a test's server takes over of snapshots. */
public final class ReceivedSnapshots {
    /** What was offered or handed in, in order. */
    public final List<EtcdSnapshot> announced = new CopyOnWriteArrayList<>();

    public final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    /** So many bytes come before the call is broken off; 0 for all. */
    public volatile int breakAfter;

    OfferSnapshotResponse offer(EtcdSnapshot snapshot) {
        announced.add(snapshot);
        return OfferSnapshotResponse.newBuilder()
                .setStored(bytes.size() == snapshot.getBytes())
                .setOffset(bytes.size())
                .build();
    }

    StreamObserver<HandInSnapshotRequest> receive(StreamObserver<HandInSnapshotResponse> answers) {
        return new StreamObserver<>() {
            private boolean over;

            @Override
            public void onNext(HandInSnapshotRequest message) {
                if (over) {
                    return;
                }
                if (message.hasSnapshot()) {
                    announced.add(message.getSnapshot());
                }
                bytes.writeBytes(message.getData().toByteArray());
                if (breakAfter > 0 && bytes.size() >= breakAfter) {
                    breakAfter = 0;
                    over = true;
                    answers.onError(Status.UNAVAILABLE.asRuntimeException());
                }
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {
                if (!over) {
                    answers.onNext(HandInSnapshotResponse.getDefaultInstance());
                    answers.onCompleted();
                }
            }
        };
    }
}
