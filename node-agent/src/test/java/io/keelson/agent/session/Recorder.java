package io.keelson.agent.session;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/** Keeps what comes over a stream, and answers it. */
record Recorder<T>(BlockingQueue<T> heard, Consumer<T> reaction) implements StreamObserver<T> {
    @Override
    public void onNext(T message) {
        heard.add(message);
        reaction.accept(message);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
}
