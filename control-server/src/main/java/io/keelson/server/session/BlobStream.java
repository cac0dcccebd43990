package io.keelson.server.session;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.keelson.proto.agent.v1.FetchBlobResponse;
import io.keelson.server.wire.ProblemStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;

/** Sends a blob as fast as the agent takes it. gRPC calls it from one thread at a time. */
final class BlobStream {
    private static final System.Logger LOG = System.getLogger(BlobStream.class.getName());
    private static final int CHUNK = 256 << 10;

    private final InputStream source;
    private final ServerCallStreamObserver<FetchBlobResponse> agent;
    private boolean over;

    private BlobStream(InputStream source, ServerCallStreamObserver<FetchBlobResponse> agent) {
        this.source = source;
        this.agent = agent;
    }

    static void send(InputStream source, ServerCallStreamObserver<FetchBlobResponse> agent) {
        var stream = new BlobStream(source, agent);
        agent.setOnReadyHandler(stream::pump);
        agent.setOnCancelHandler(stream::close);
        stream.pump();
    }

    private void pump() {
        try {
            while (!over && agent.isReady()) {
                var chunk = source.readNBytes(CHUNK);
                if (chunk.length == 0) {
                    close();
                    agent.onCompleted();
                } else {
                    agent.onNext(FetchBlobResponse.newBuilder()
                            .setData(ByteString.copyFrom(chunk))
                            .build());
                }
            }
        } catch (IOException e) {
            close();
            agent.onError(ProblemStatus.of(new UncheckedIOException(e)));
        }
    }

    private void close() {
        over = true;
        try {
            source.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "a blob's file was not closed", e);
        }
    }
}
