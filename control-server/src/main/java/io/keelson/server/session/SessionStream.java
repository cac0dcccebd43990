package io.keelson.server.session;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.server.peer.Peer;
import io.keelson.server.wire.ProblemStatus;
import org.jspecify.annotations.Nullable;

/**
 * What an agent sends on its session: first Hello, then anything else. gRPC calls it from one thread at a time and asks
 * for the next message when the last was dealt with, so that a slow store slows its agents down.
 */
final class SessionStream implements StreamObserver<AgentMessage> {
    private final Peer peer;
    private final LiveSessions sessions;
    private final StreamObserver<ServerMessage> answers;
    private @Nullable AgentSession session;
    private boolean failed;

    private SessionStream(Peer peer, LiveSessions sessions, StreamObserver<ServerMessage> answers) {
        this.peer = peer;
        this.sessions = sessions;
        this.answers = answers;
    }

    static SessionStream open(Peer peer, LiveSessions sessions, StreamObserver<ServerMessage> answers) {
        var stream = new SessionStream(peer, sessions, answers);
        if (answers instanceof ServerCallStreamObserver<ServerMessage> call) {
            call.setOnCancelHandler(stream::over);
        }
        return stream;
    }

    @Override
    public void onNext(AgentMessage message) {
        if (failed) {
            return;
        }
        try {
            receive(message);
        } catch (RuntimeException e) {
            failed = true;
            var status = ProblemStatus.of(e);
            var current = session;
            if (current == null) {
                answers.onError(status);
            } else {
                current.fail(status);
                sessions.end(current);
            }
        }
    }

    private void receive(AgentMessage message) {
        var current = session;
        switch (message.getBodyCase()) {
            case HELLO -> {
                if (current != null) {
                    throw AgentReports.invalid("a second Hello");
                }
                session = sessions.begin(
                        peer,
                        AgentReports.hello(message.getHello()),
                        message.getHello().getAnswersQuestions(),
                        answers);
            }
            case HEARTBEAT -> sessions.heard(begun(current));
            case REPORT -> sessions.report(begun(current), AgentReports.report(message.getReport()));
            case TRUST -> sessions.trusts(begun(current), AgentReports.trusted(message.getTrust()));
            case ETCD -> sessions.etcd(begun(current), AgentReports.etcd(message.getEtcd()));
            case ANSWER -> sessions.answered(begun(current), message.getAnswer());
            case BODY_NOT_SET -> throw AgentReports.invalid("it says nothing that this server knows");
        }
    }

    private static AgentSession begun(@Nullable AgentSession current) {
        if (current == null) {
            throw AgentReports.invalid("the first message is not Hello");
        }
        return current;
    }

    private void over() {
        var current = session;
        if (current != null) {
            current.ended();
            sessions.end(current);
        }
    }

    @Override
    public void onError(Throwable broken) {
        over();
    }

    @Override
    public void onCompleted() {
        var current = session;
        if (current == null) {
            if (!failed) {
                answers.onCompleted();
            }
        } else {
            current.complete();
            sessions.end(current);
        }
    }
}
