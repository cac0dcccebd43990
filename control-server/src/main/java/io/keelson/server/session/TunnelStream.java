package io.keelson.server.session;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.keelson.proto.agent.v1.TunnelFrame;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One tunnel over one gRPC stream. At most {@link #WINDOW} frames of the agent wait to be read: a frame is asked for
 * when one was taken. A write waits until gRPC's own buffer has room.
 */
final class TunnelStream implements StreamObserver<TunnelFrame>, ByteTunnel {
    private static final int WINDOW = 16;
    private static final int LARGEST_FRAME = 64 << 10;

    private final ServerCallStreamObserver<TunnelFrame> toAgent;
    private final Claim claim;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<ByteString> frames = new ArrayDeque<>();
    private final InputStream in = new FrameInput();
    private final OutputStream out = new FrameOutput();
    private boolean claimed;
    private boolean agentEnded;
    private boolean ended;

    TunnelStream(ServerCallStreamObserver<TunnelFrame> toAgent, Claim claim) {
        this.toAgent = toAgent;
        this.claim = claim;
        toAgent.disableAutoRequest();
        toAgent.setOnReadyHandler(this::signal);
        toAgent.setOnCancelHandler(this::broken);
        toAgent.request(1);
    }

    /** Joins a tunnel to the one who waits for it. */
    interface Claim {
        /** False: nobody waits for that tunnel of that host. */
        boolean take(String id, ByteTunnel tunnel);
    }

    @Override
    public void onNext(TunnelFrame frame) {
        if (!claimed) {
            if (!frame.hasTunnelId() || !claim.take(frame.getTunnelId(), this)) {
                end(Status.PERMISSION_DENIED.withDescription("nobody asked this host for that tunnel"));
                return;
            }
            claimed = true;
            toAgent.request(WINDOW);
            return;
        }
        lock.lock();
        try {
            if (frame.hasData() && !ended) {
                frames.add(frame.getData());
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onError(Throwable failure) {
        broken();
    }

    @Override
    public void onCompleted() {
        lock.lock();
        try {
            agentEnded = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void broken() {
        lock.lock();
        try {
            agentEnded = true;
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public void close() {
        end(null);
    }

    private void end(@Nullable Status failure) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            frames.clear();
            changed.signalAll();
            if (failure == null) {
                toAgent.onCompleted();
            } else {
                toAgent.onError(failure.asRuntimeException());
            }
        } finally {
            lock.unlock();
        }
    }

    private void await() throws IOException {
        try {
            changed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the tunnel was waited for", e);
        }
    }

    /** The next frame; null at the end. */
    private @Nullable ByteString take() throws IOException {
        lock.lock();
        try {
            while (frames.isEmpty()) {
                if (agentEnded || ended) {
                    return null;
                }
                await();
            }
            var frame = frames.remove();
            if (!ended) {
                toAgent.request(1);
            }
            return frame;
        } finally {
            lock.unlock();
        }
    }

    private void send(ByteString data) throws IOException {
        lock.lock();
        try {
            while (!ended && !toAgent.isReady()) {
                await();
            }
            if (ended) {
                throw new IOException("the tunnel has ended");
            }
            toAgent.onNext(TunnelFrame.newBuilder().setData(data).build());
        } finally {
            lock.unlock();
        }
    }

    private final class FrameInput extends InputStream {
        private ByteString current = ByteString.EMPTY;
        private int position;

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (position == current.size()) {
                var next = take();
                if (next == null) {
                    return -1;
                }
                current = next;
                position = 0;
            }
            int n = Math.min(length, current.size() - position);
            current.substring(position, position + n).copyTo(target, offset);
            position += n;
            return n;
        }
    }

    private final class FrameOutput extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += LARGEST_FRAME) {
                int n = Math.min(LARGEST_FRAME, length - done);
                send(ByteString.copyFrom(source, offset + done, n));
            }
        }
    }
}
