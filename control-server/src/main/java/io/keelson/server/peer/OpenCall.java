package io.keelson.server.peer;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call of a host while it is served, which can be cut off from outside at any moment. Whoever serves it learns of
 * that as of a call that its peer cancelled, also when the peer takes nothing of what was sent before; what is sent
 * afterwards goes nowhere. gRPC's calls allow one thread at a time, hence the lock around each way.
 */
final class OpenCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final Peer peer;
    private final boolean renewal;
    private final Runnable onEnd;
    private final ReentrantLock sending = new ReentrantLock();
    private final ReentrantLock receiving = new ReentrantLock();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile boolean doubted;
    private boolean closed;
    private volatile boolean cutOff;
    private boolean over;
    private ServerCall.@Nullable Listener<Q> server;

    /**
     * @param renewal whether it is the call that renews a certificate
     * @param onEnd called once the call is over, for whatever reason
     */
    OpenCall(ServerCall<Q, R> call, Peer peer, boolean renewal, Consumer<OpenCall<?, ?>> onEnd) {
        super(call);
        this.peer = peer;
        this.renewal = renewal;
        this.onEnd = () -> onEnd.accept(this);
    }

    Peer peer() {
        return peer;
    }

    boolean renewal() {
        return renewal;
    }

    /** Whether its peer may still call has to be looked at. */
    void doubt() {
        doubted = true;
    }

    boolean doubted() {
        return doubted;
    }

    /** Looks, one thread at a time. A doubt that comes up meanwhile stays. @param known says whether it was settled */
    void settleDoubt(BooleanSupplier known) {
        if (looking.compareAndSet(false, true)) {
            try {
                doubted = false;
                if (!known.getAsBoolean()) {
                    doubted = true;
                }
            } finally {
                looking.set(false);
            }
        }
    }

    /** Ends the call with a problem's status. Waits for what the server is doing with its last message. */
    void cutOff(StatusRuntimeException why) {
        cutOff = true;
        close(why);
        receiving.lock();
        try {
            var served = server;
            if (served != null && !over) {
                over = true;
                served.onCancel();
            }
        } finally {
            receiving.unlock();
            onEnd.run();
        }
    }

    private void close(StatusRuntimeException why) {
        close(why.getStatus(), Optional.ofNullable(why.getTrailers()).orElseGet(Metadata::new));
    }

    /** Refuses the call before anybody serves it. */
    ServerCall.Listener<Q> refuse(StatusRuntimeException why) {
        close(why);
        onEnd.run();
        return new ServerCall.Listener<>() {};
    }

    /** The listener of the one who serves the call, kept from what comes after the end. */
    ServerCall.Listener<Q> served(ServerCall.Listener<Q> by) {
        receiving.lock();
        try {
            server = by;
            if (cutOff) {
                over = true;
                by.onCancel();
            }
            return new Guarded(by);
        } finally {
            receiving.unlock();
        }
    }

    @Override
    public void sendHeaders(Metadata headers) {
        send(() -> delegate().sendHeaders(headers));
    }

    @Override
    public void sendMessage(R message) {
        send(() -> delegate().sendMessage(message));
    }

    private void send(Runnable sent) {
        sending.lock();
        try {
            if (!closed || !cutOff) {
                sent.run();
            }
        } finally {
            sending.unlock();
        }
    }

    @Override
    public void close(Status status, Metadata trailers) {
        sending.lock();
        try {
            if (!closed || !cutOff) {
                closed = true;
                delegate().close(status, trailers);
            }
        } finally {
            sending.unlock();
        }
    }

    @Override
    public boolean isReady() {
        return !cutOff && delegate().isReady();
    }

    @Override
    public boolean isCancelled() {
        return cutOff || delegate().isCancelled();
    }

    private final class Guarded extends SimpleForwardingServerCallListener<Q> {
        private Guarded(ServerCall.Listener<Q> by) {
            super(by);
        }

        private void unlessOver(Runnable told, boolean last) {
            receiving.lock();
            try {
                if (!over) {
                    over = last;
                    told.run();
                }
            } finally {
                receiving.unlock();
            }
            if (last) {
                onEnd.run();
            }
        }

        @Override
        public void onMessage(Q message) {
            unlessOver(() -> super.onMessage(message), false);
        }

        @Override
        public void onHalfClose() {
            unlessOver(super::onHalfClose, false);
        }

        @Override
        public void onReady() {
            unlessOver(super::onReady, false);
        }

        @Override
        public void onCancel() {
            unlessOver(super::onCancel, true);
        }

        @Override
        public void onComplete() {
            // What was cut off has not come to its end for whoever serves it, though gRPC has sent all it had.
            unlessOver(cutOff ? super::onCancel : super::onComplete, true);
        }
    }
}
