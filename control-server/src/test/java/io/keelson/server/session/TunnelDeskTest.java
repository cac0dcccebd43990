package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.grpc.stub.StreamObserver;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.TunnelFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TunnelDeskTest extends AgentFixture {
    @Test
    void tunnelCarriesBytesBothWaysAndOnlyToTheHostThatWasAsked() throws IOException {
        a.hello();
        b.hello();
        await().atMost(PATIENCE).until(() -> server.sessions.connected().size() == 2);
        var echo = Thread.startVirtualThread(() -> answerTunnelWithEcho());
        try (var tunnel = server.tunnels.open(A)) {
            var sent = "hello ".repeat(50_000).getBytes(StandardCharsets.UTF_8);
            var writer = Thread.startVirtualThread(() -> {
                try {
                    tunnel.out().write(sent);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThat(tunnel.in().readNBytes(sent.length)).isEqualTo(sent);
            assertThat(writer).isNotNull();
        }
        assertThat(echo).isNotNull();
    }

    private void answerTunnelWithEcho() {
        await().atMost(PATIENCE).until(() -> a.received.stream().anyMatch(ServerMessage::hasOpenTunnel));
        var id = a.received.stream()
                .filter(ServerMessage::hasOpenTunnel)
                .findFirst()
                .orElseThrow()
                .getOpenTunnel()
                .getTunnelId();
        var thief = new Echo();
        b.streams()
                .tunnel(thief)
                .onNext(TunnelFrame.newBuilder().setTunnelId(id).build());
        await().atMost(PATIENCE).until(() -> thief.ended);
        var echo = new Echo();
        var toServer = a.streams().tunnel(echo);
        echo.out.complete(toServer);
        toServer.onNext(TunnelFrame.newBuilder().setTunnelId(id).build());
    }

    @Test
    void tunnelToAHostThatIsNotConnectedIsRefused() {
        assertThat(catchThrowable(() -> server.tunnels.open(A))).hasMessageContaining("HOST_NOT_CONNECTED");
    }

    private static final class Echo implements StreamObserver<TunnelFrame> {
        private volatile boolean ended;
        private final CompletableFuture<StreamObserver<TunnelFrame>> out = new CompletableFuture<>();

        @Override
        public void onNext(TunnelFrame frame) {
            out.join().onNext(frame);
        }

        @Override
        public void onError(Throwable failure) {
            ended = true;
        }

        @Override
        public void onCompleted() {
            ended = true;
        }
    }
}
