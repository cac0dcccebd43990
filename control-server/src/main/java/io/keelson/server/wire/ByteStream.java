package io.keelson.server.wire;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.function.Function;

/**
 * Sends bytes as fast as the caller takes them, in chunks of 256 KiB. gRPC calls it from one thread at a time.
 *
 * @param <T> the message that carries a chunk
 */
public final class ByteStream<T> {
    private static final System.Logger LOG = System.getLogger(ByteStream.class.getName());
    private static final int CHUNK = 256 << 10;

    private final InputStream source;
    private final Function<ByteString, T> message;
    private final ServerCallStreamObserver<T> agent;
    private boolean over;

    private ByteStream(InputStream source, Function<ByteString, T> message, ServerCallStreamObserver<T> agent) {
        this.source = source;
        this.message = message;
        this.agent = agent;
    }

    /** Sends all of a source, which is closed in any case. */
    public static <T> void send(InputStream source, Function<ByteString, T> message, StreamObserver<T> agent) {
        var call = (ServerCallStreamObserver<T>) agent;
        var stream = new ByteStream<>(source, message, call);
        call.setOnReadyHandler(stream::pump);
        call.setOnCancelHandler(stream::close);
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
                    agent.onNext(message.apply(ByteString.copyFrom(chunk)));
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
            LOG.log(Level.WARNING, "a file was not closed", e);
        }
    }
}
