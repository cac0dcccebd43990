package io.keelson.server.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.keelson.server.wire.ProblemStatus;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** How every call of operators is answered: with what the work gives, or with the problem that ended it. */
final class Answering {
    private Answering() {}

    /** Answers once. */
    static <T> void once(StreamObserver<T> caller, Supplier<T> work) {
        T answer;
        try {
            answer = work.get();
        } catch (RuntimeException e) {
            caller.onError(ProblemStatus.of(e));
            return;
        }
        caller.onNext(answer);
        caller.onCompleted();
    }

    /** Lets the work begin to answer; it ends the call itself once it has begun. */
    static <T> void stream(StreamObserver<T> caller, Consumer<ServerCallStreamObserver<T>> work) {
        try {
            work.accept((ServerCallStreamObserver<T>) caller);
        } catch (RuntimeException e) {
            caller.onError(ProblemStatus.of(e));
        }
    }
}
