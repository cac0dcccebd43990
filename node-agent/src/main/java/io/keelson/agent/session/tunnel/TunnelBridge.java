package io.keelson.agent.session.tunnel;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.TunnelFrame;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One tunnel. The socket is read only while the call can take more, and the call is asked for its next frame only when
 * the socket took the last one, so that neither side fills this process. The API server may end its direction first;
 * when the control server completes the call, the tunnel is over, because gRPC leaves nothing to send on then.
 */
final class TunnelBridge {
    private static final int CHUNK = 64 << 10;
    private static final long LOOK_AGAIN_MILLIS = 200;
    private static final long LINGER_SECONDS = 30;

    private final Channel channel;
    private final String tunnelId;
    private final Socket socket;
    private final BlockingQueue<Event> fromServer = new LinkedBlockingQueue<>();
    private final Object ready = new Object();
    private volatile boolean over;

    private sealed interface Event {
        record Data(ByteString bytes) implements Event {}

        record Completed() implements Event {}

        record Broken(String why) implements Event {}
    }

    TunnelBridge(Channel channel, String tunnelId, Socket socket) {
        this.channel = channel;
        this.tunnelId = tunnelId;
        this.socket = socket;
    }

    /** Tells the server that the tunnel cannot be had. */
    static void refuse(Channel channel, String tunnelId, IOException why) {
        var call = AgentServiceGrpc.newStub(channel).tunnel(new Ignored());
        call.onNext(first(tunnelId));
        call.onError(Status.UNAVAILABLE
                .withDescription("the API server on this host does not answer: " + why.getMessage())
                .asRuntimeException());
    }

    /** Carries bytes until the tunnel is over, then closes the socket. */
    void carry() throws IOException, InterruptedException {
        var call = open();
        var up = Thread.ofVirtual().name("tunnel-up-" + tunnelId).start(() -> carryUp(call));
        try {
            carryDown(call, up);
        } finally {
            over = true;
            socket.close();
            call.cancel("the tunnel is over", null);
        }
    }

    private ClientCallStreamObserver<TunnelFrame> open() {
        var receiver = new Receiver();
        var call = (ClientCallStreamObserver<TunnelFrame>)
                AgentServiceGrpc.newStub(channel).tunnel(receiver);
        call.onNext(first(tunnelId));
        call.request(1);
        return call;
    }

    private static TunnelFrame first(String tunnelId) {
        return TunnelFrame.newBuilder().setTunnelId(tunnelId).build();
    }

    private void carryDown(ClientCallStreamObserver<TunnelFrame> call, Thread up)
            throws IOException, InterruptedException {
        var out = socket.getOutputStream();
        while (true) {
            switch (fromServer.poll(LINGER_SECONDS, TimeUnit.SECONDS)) {
                case null -> {
                    if (!up.isAlive()) {
                        return; // the API server has closed, and the other side has nothing more to say
                    }
                }
                case Event.Data(var bytes) -> {
                    bytes.writeTo(out);
                    call.request(1);
                }
                case Event.Completed() -> {
                    return;
                }
                case Event.Broken(var why) -> throw new IOException("the tunnel broke: " + why);
            }
        }
    }

    private void carryUp(ClientCallStreamObserver<TunnelFrame> call) {
        var buffer = new byte[CHUNK];
        try {
            var in = socket.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitReady(call);
                call.onNext(TunnelFrame.newBuilder()
                        .setData(ByteString.copyFrom(buffer, 0, n))
                        .build());
            }
            call.onCompleted();
        } catch (IOException | IllegalStateException e) {
            fromServer.add(new Event.Broken(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady(ClientCallStreamObserver<TunnelFrame> call) throws InterruptedException, IOException {
        synchronized (ready) {
            while (!call.isReady()) {
                if (over) {
                    throw new IOException("the tunnel was left");
                }
                TimeUnit.MILLISECONDS.timedWait(ready, LOOK_AGAIN_MILLIS);
            }
        }
    }

    private final class Receiver implements ClientResponseObserver<TunnelFrame, TunnelFrame> {
        @Override
        public void beforeStart(ClientCallStreamObserver<TunnelFrame> call) {
            call.disableAutoRequestWithInitial(0);
            call.setOnReadyHandler(() -> {
                synchronized (ready) {
                    ready.notifyAll();
                }
            });
        }

        @Override
        public void onNext(TunnelFrame frame) {
            fromServer.add(new Event.Data(frame.getData()));
        }

        @Override
        public void onError(Throwable failure) {
            fromServer.add(new Event.Broken(Status.fromThrowable(failure).toString()));
        }

        @Override
        public void onCompleted() {
            fromServer.add(new Event.Completed());
        }
    }

    /** For a call that is given up: what the server answers does not matter. */
    private static final class Ignored implements StreamObserver<TunnelFrame> {
        @Override
        public void onNext(TunnelFrame frame) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
