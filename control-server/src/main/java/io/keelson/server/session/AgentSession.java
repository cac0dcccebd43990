package io.keelson.server.session;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.Answer;
import io.keelson.proto.agent.v1.OpenTunnel;
import io.keelson.proto.agent.v1.Question;
import io.keelson.proto.agent.v1.ReportAck;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.Servers;
import io.keelson.proto.agent.v1.TunnelTarget;
import io.keelson.proto.agent.v1.Welcome;
import io.keelson.server.authority.Authorities;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.director.Director;
import io.keelson.server.peer.Peer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The server's end of one agent's stream. Several threads send; each message is sent whole. After the end nothing is
 * sent any more.
 */
final class AgentSession {
    private final Peer peer;
    private final String id;
    private final StreamObserver<ServerMessage> stream;
    private final boolean answersQuestions;
    private Optional<Asked> asked = Optional.empty();
    private Revision pushed = Revision.NONE;
    private Revision converged = Revision.NONE;
    private boolean ended;
    private volatile Instant heard;
    private volatile Instant written;

    /** @param answersQuestions whether the agent says so */
    AgentSession(Peer peer, String id, StreamObserver<ServerMessage> stream, boolean answersQuestions, Instant now) {
        this.peer = peer;
        this.id = id;
        this.stream = stream;
        this.answersQuestions = answersQuestions;
        this.heard = now;
        this.written = now;
    }

    Peer peer() {
        return peer;
    }

    HostId host() {
        return peer.host();
    }

    String id() {
        return id;
    }

    /** When the agent last said anything. */
    Instant heard() {
        return heard;
    }

    void heard(Instant now) {
        heard = now;
    }

    /** When that was last written to the store. */
    Instant written() {
        return written;
    }

    void written(Instant now) {
        written = now;
    }

    void welcome(Instant now, int heartbeatSeconds) {
        send(ServerMessage.newBuilder()
                .setWelcome(
                        Welcome.newBuilder().setClockMillis(now.toEpochMilli()).setHeartbeatSeconds(heartbeatSeconds))
                .build());
    }

    void servers(List<String> agentEndpoints) {
        send(ServerMessage.newBuilder()
                .setServers(Servers.newBuilder().addAllAgentEndpoints(agentEndpoints))
                .build());
    }

    void authorities(Authorities known) {
        send(ServerMessage.newBuilder()
                .setAuthorities(AuthoritiesMessage.of(known))
                .build());
    }

    /**
     * Sends what the host is to be, signed now, unless that or something newer was sent on this stream before.
     *
     * @throws io.keelson.problem.ProblemException what {@link Director#sign} throws; nothing was sent
     */
    synchronized void push(DesiredState state, Director director) {
        if (state.revision().compareTo(pushed) > 0) {
            order(state, director);
        }
    }

    /** Sends it once more, unless something newer was sent: what was sent before may be too old to be accepted by now. */
    synchronized void pushAgain(DesiredState state, Director director) {
        if (state.revision().compareTo(pushed) >= 0) {
            order(state, director);
        }
    }

    private synchronized void order(DesiredState state, Director director) {
        var order = director.sign(state);
        pushed = state.revision();
        send(ServerMessage.newBuilder().setOrder(order).build());
    }

    /** The host is what an order of that revision wants. */
    synchronized void converged(Revision revision) {
        if (revision.compareTo(converged) > 0) {
            converged = revision;
        }
    }

    /** Whether an order was sent that the host has not carried out, as far as it said. */
    synchronized boolean owesResult() {
        return pushed.compareTo(converged) > 0;
    }

    void acknowledge(String spool, long sequence) {
        send(ServerMessage.newBuilder()
                .setReportAck(ReportAck.newBuilder().setSpool(spool).setSequence(sequence))
                .build());
    }

    void openTunnel(String tunnel) {
        send(ServerMessage.newBuilder()
                .setOpenTunnel(
                        OpenTunnel.newBuilder().setTunnelId(tunnel).setTarget(TunnelTarget.TUNNEL_TARGET_KUBE_API))
                .build());
    }

    /** Whether the agent answers every question, be it that it does not know it. */
    boolean answersQuestions() {
        return answersQuestions;
    }

    /** A question that was sent; the answer fails when the session ends before. */
    record Asked(Question question, CompletableFuture<Answer> answer) {}

    /**
     * Sends a question. Whoever asks says {@link #forget} when it does not wait any more.
     *
     * @throws io.keelson.problem.ProblemException HOST_QUESTION_BUSY if another one waits for its answer
     */
    synchronized Asked ask(Question question) {
        if (asked.isPresent()) {
            throw Problem.error(
                            ProblemCode.HOST_QUESTION_BUSY,
                            "host " + host() + " is being asked something already",
                            Remedy.advise("Ask again in a minute."))
                    .asException();
        }
        var sent = new Asked(question, new CompletableFuture<>());
        if (ended) {
            sent.answer().completeExceptionally(new IllegalStateException("the session has ended"));
            return sent;
        }
        asked = Optional.of(sent);
        send(ServerMessage.newBuilder().setQuestion(question).build());
        return sent;
    }

    /** The agent answers; an answer that nobody waits for is dropped. */
    synchronized void answered(Answer answer) {
        asked.filter(waiting -> waiting.question().getId().equals(answer.getId()))
                .ifPresent(waiting -> waiting.answer().complete(answer));
    }

    /** Nobody waits for the answer any more, and the next question may come. */
    synchronized void forget(Asked question) {
        if (asked.filter(question::equals).isPresent()) {
            asked = Optional.empty();
        }
    }

    private synchronized void send(ServerMessage message) {
        if (!ended) {
            stream.onNext(message);
        }
    }

    /** Ends the stream; the agent dials again unless it was told that it may not. */
    void end(Status status) {
        fail(status.asRuntimeException());
    }

    /** Ends the stream with a status and what goes along with it. */
    synchronized void fail(StatusRuntimeException status) {
        if (!ended) {
            ended();
            stream.onError(status);
        }
    }

    /** The agent ended the stream, or the connection broke. */
    synchronized void ended() {
        ended = true;
        asked.ifPresent(
                waiting -> waiting.answer().completeExceptionally(new IllegalStateException("the session has ended")));
    }

    /** The agent ended the stream in good order. */
    synchronized void complete() {
        if (!ended) {
            ended();
            stream.onCompleted();
        }
    }
}
