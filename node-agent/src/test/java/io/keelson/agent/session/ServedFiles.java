package io.keelson.agent.session;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.keelson.proto.agent.v1.FetchRepositoryFileResponse;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A test server's files of a release repository, given out piece by piece. */
public final class ServedFiles {
    /** Pieces by path; empty if there is no such file. */
    public volatile Function<String, Optional<Iterator<byte[]>>> byPath;

    /** So many requests fail before one is answered. */
    public final AtomicInteger refused = new AtomicInteger();

    ServedFiles(Function<String, Optional<byte[]>> whole) {
        byPath = path -> whole.apply(path).map(file -> List.of(file).iterator());
    }

    void answer(String path, ServerCallStreamObserver<FetchRepositoryFileResponse> call) {
        if (refused.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            call.onError(Status.UNAVAILABLE.asRuntimeException());
            return;
        }
        var pieces = byPath.apply(path);
        if (pieces.isEmpty()) {
            call.onError(Status.NOT_FOUND.asRuntimeException());
            return;
        }
        call.setOnReadyHandler(() -> drain(pieces.get(), call));
        drain(pieces.get(), call);
    }

    /** No more than the agent takes: some files have no end. */
    private static void drain(Iterator<byte[]> pieces, ServerCallStreamObserver<FetchRepositoryFileResponse> call) {
        while (call.isReady() && !call.isCancelled()) {
            if (!pieces.hasNext()) {
                call.onCompleted();
                return;
            }
            call.onNext(FetchRepositoryFileResponse.newBuilder()
                    .setData(ByteString.copyFrom(pieces.next()))
                    .build());
        }
    }
}
