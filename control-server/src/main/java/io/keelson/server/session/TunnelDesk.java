package io.keelson.server.session;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.TunnelFrame;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks agents for tunnels, and joins the calls by which they answer to those who wait. */
public final class TunnelDesk implements TunnelBroker {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final LiveSessions sessions;
    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();

    public TunnelDesk(LiveSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public ByteTunnel open(HostId host) {
        var session = sessions.of(host).orElseThrow(() -> notConnected(host, "is not connected to this server", null));
        var id = UUID.randomUUID().toString();
        var asked = new Waiting(host, new CompletableFuture<>());
        waiting.put(id, asked);
        try {
            session.openTunnel(id);
            return asked.answer().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw givenUp(asked, "did not open a tunnel within " + PATIENCE.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw givenUp(asked, "did not open a tunnel", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw givenUp(asked, "was not waited for", e);
        } finally {
            waiting.remove(id);
        }
    }

    private static ProblemException givenUp(Waiting asked, String what, Exception cause) {
        if (!asked.answer().completeExceptionally(cause)) {
            // It came in the same moment; nobody else would close it.
            asked.answer().thenAccept(ByteTunnel::close);
        }
        return notConnected(asked.host(), what, cause);
    }

    /** The call by which an agent answers. */
    StreamObserver<TunnelFrame> answer(HostId host, StreamObserver<TunnelFrame> toAgent) {
        return new TunnelStream(
                (ServerCallStreamObserver<TunnelFrame>) toAgent, (id, tunnel) -> claim(host, id, tunnel));
    }

    private boolean claim(HostId host, String id, ByteTunnel tunnel) {
        var asked = waiting.get(id);
        return asked != null
                && asked.host().equals(host)
                && waiting.remove(id, asked)
                && asked.answer().complete(tunnel);
    }

    private static ProblemException notConnected(HostId host, String what, @Nullable Throwable cause) {
        var problem = Problem.error(
                ProblemCode.HOST_NOT_CONNECTED,
                "the agent of host " + host + " " + what,
                Remedy.advise("See whether the agent runs on the host.", "keelson get hosts"));
        return cause == null ? problem.asException() : new ProblemException(problem, cause);
    }

    private record Waiting(HostId host, CompletableFuture<ByteTunnel> answer) {}
}
