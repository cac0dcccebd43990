package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.keelson.fleet.Role;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.FetchBlobRequest;
import io.keelson.proto.agent.v1.FetchBlobResponse;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.TunnelFrame;
import io.keelson.server.TestAgent;
import io.keelson.server.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host loses its identity at one server while it is busy at another. */
@Timeout(120) // so that a tunnel that does not end fails, and does not hang
class RevocationTest extends AgentFixture {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private TestServer other;

    @BeforeEach
    void startAnother() {
        other = TestServer.start(directory, "s2", store, clock);
        a.dial(other).hello();
        b.dial(other).hello();
        await().atMost(PATIENCE).until(() -> other.sessions.connected().size() == 2);
    }

    @AfterEach
    void stopTheOther() {
        other.close();
    }

    private String refusal() {
        return TestAgent.code(catchThrowable(() -> a.repositoryFile("metadata/1.root.json")));
    }

    @Test
    void sessionOfARevokedHostEndsAtEveryServerAndNoOther() {
        server.hosts.revoke("admin", A);
        await().atMost(LIMIT).until(() -> a.broken() != null);
        assertThat(TestAgent.code(a.broken())).isEqualTo("IDENTITY_REJECTED");
        await().atMost(LIMIT).until(() -> !other.sessions.connected().contains(A));
        assertThat(other.observed.get(A).orElseThrow().connected(clock.instant()))
                .isFalse();
        assertThat(b.broken()).isNull();
        assertThat(refusal()).isEqualTo("IDENTITY_REJECTED");
        assertThat(a.received).noneMatch(ServerMessage::hasOrder);
    }

    @Test
    void sessionOfARemovedHostEndsToo() {
        server.hosts.remove("admin", A);
        await().atMost(LIMIT).until(() -> a.broken() != null);
        assertThat(TestAgent.code(a.broken())).isEqualTo("HOST_UNKNOWN");
    }

    @Test
    void sessionOfTheOldKeyEndsWhenTheHostWasReinstalled() {
        try (var reinstalled = new TestAgent("a")) {
            reinstalled.enrolReinstalled(server);
            await().atMost(LIMIT).until(() -> a.broken() != null);
            assertThat(TestAgent.code(a.broken())).isEqualTo("IDENTITY_REJECTED");
            assertThat(refusal()).isEqualTo("IDENTITY_REJECTED");
            assertThat(b.broken()).isNull();

            reinstalled.dial(other).hello();
            await().atMost(PATIENCE).until(() -> other.sessions.connected().contains(A));
            assertThat(reinstalled.broken()).isNull();
        }
    }

    @Test
    void removalThatTheWatchMissedIsFoundWhenItComesBack() {
        store.silently(() -> server.hosts.remove("admin", A));
        assertThat(a.broken()).isNull();
        store.resync();
        await().atMost(LIMIT).until(() -> a.broken() != null);
        assertThat(b.broken()).isNull();
    }

    @Test
    void blobThatIsBeingSentEndsThoughTheHostTakesNothingOfIt() {
        var bundle = server.publish("kubernetes-1.20.2-1", "x".repeat(30_000_000));
        server.desired.decide(server.leadership.require(), A, BundleDownloadTest.node(Role.WORKER, bundle));
        var slow = new Slow();
        AgentServiceGrpc.newStub(a.connection())
                .fetchBlob(
                        FetchBlobRequest.newBuilder()
                                .setSha256(bundle.digest.hex())
                                .build(),
                        slow);
        await().atMost(PATIENCE).until(() -> slow.bytes > 0);
        assertThat(other.identity.calls()).isEqualTo(3);

        server.hosts.revoke("admin", A);
        await().atMost(LIMIT).until(() -> other.identity.calls() == 1);
        slow.call.join().request(Integer.MAX_VALUE);
        await().atMost(LIMIT).until(() -> slow.end != null);
        assertThat(TestAgent.code(slow.end)).isEqualTo("IDENTITY_REJECTED");
        assertThat(slow.bytes).isLessThan(bundle.blob.length);
    }

    @Test
    void tunnelEndsForBothItsEnds() throws Exception {
        var end = new CompletableFuture<Throwable>();
        var answering = Thread.startVirtualThread(() -> answerTunnel(end));
        try (var tunnel = other.tunnels.open(A)) {
            server.hosts.revoke("admin", A);
            assertThat(tunnel.in().read()).isEqualTo(-1);
            assertThat(catchThrowable(() -> tunnel.out().write(new byte[1]))).isInstanceOf(IOException.class);
        }
        answering.join();
        await().atMost(LIMIT).until(end::isDone);
        assertThat(TestAgent.code(end.join())).isEqualTo("IDENTITY_REJECTED");
    }

    private void answerTunnel(CompletableFuture<Throwable> end) {
        await().atMost(PATIENCE).until(() -> a.received.stream().anyMatch(ServerMessage::hasOpenTunnel));
        var asked = a.received.stream()
                .filter(ServerMessage::hasOpenTunnel)
                .findFirst()
                .orElseThrow()
                .getOpenTunnel();
        a.streams()
                .tunnel(new StreamObserver<>() {
                    @Override
                    public void onNext(TunnelFrame frame) {}

                    @Override
                    public void onError(Throwable failure) {
                        end.complete(failure);
                    }

                    @Override
                    public void onCompleted() {
                        end.complete(new IllegalStateException("completed"));
                    }
                })
                .onNext(TunnelFrame.newBuilder()
                        .setTunnelId(asked.getTunnelId())
                        .build());
    }

    /** Takes one message and then no more until it is told to. */
    private static final class Slow implements ClientResponseObserver<FetchBlobRequest, FetchBlobResponse> {
        private final CompletableFuture<ClientCallStreamObserver<FetchBlobRequest>> call = new CompletableFuture<>();
        private volatile long bytes;
        private volatile @Nullable Throwable end;

        @Override
        public void beforeStart(ClientCallStreamObserver<FetchBlobRequest> begun) {
            begun.disableAutoRequestWithInitial(1);
            call.complete(begun);
        }

        @Override
        public void onNext(FetchBlobResponse part) {
            bytes = bytes + part.getData().size();
        }

        @Override
        public void onError(Throwable failure) {
            end = failure;
        }

        @Override
        public void onCompleted() {
            end = new IllegalStateException("completed");
        }
    }
}
