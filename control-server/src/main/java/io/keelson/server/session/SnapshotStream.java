package io.keelson.server.session;

import io.grpc.stub.StreamObserver;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.proto.agent.v1.HandInSnapshotRequest;
import io.keelson.proto.agent.v1.HandInSnapshotResponse;
import io.keelson.server.snapshots.IncomingSnapshot;
import io.keelson.server.wire.ProblemStatus;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Function;

/**
 * A snapshot that a host hands in. gRPC calls it from one thread at a time and asks for the next message when a call has
 * returned, so that the agent is never faster than the disk.
 */
final class SnapshotStream implements StreamObserver<HandInSnapshotRequest> {
    private static final System.Logger LOG = System.getLogger(SnapshotStream.class.getName());

    private final Function<TakenSnapshot, IncomingSnapshot> begin;
    private final StreamObserver<HandInSnapshotResponse> agent;
    private Optional<IncomingSnapshot> incoming = Optional.empty();
    private boolean over;

    SnapshotStream(Function<TakenSnapshot, IncomingSnapshot> begin, StreamObserver<HandInSnapshotResponse> agent) {
        this.begin = begin;
        this.agent = agent;
    }

    @Override
    public void onNext(HandInSnapshotRequest message) {
        if (over) {
            return;
        }
        try {
            switch (message.getBodyCase()) {
                case SNAPSHOT -> {
                    if (incoming.isPresent()) {
                        throw AgentReports.invalid("a second snapshot in one call");
                    }
                    incoming = Optional.of(begin.apply(SnapshotMessages.read(message.getSnapshot())));
                }
                case DATA -> current().write(message.getData().asReadOnlyByteBuffer());
                case BODY_NOT_SET -> throw AgentReports.invalid("an empty message");
            }
        } catch (RuntimeException e) {
            refuse(e);
        }
    }

    private IncomingSnapshot current() {
        return incoming.orElseThrow(() -> AgentReports.invalid("bytes that belong to no snapshot"));
    }

    @Override
    public void onCompleted() {
        if (over) {
            return;
        }
        try {
            current().finish();
            end();
            agent.onNext(HandInSnapshotResponse.getDefaultInstance());
            agent.onCompleted();
        } catch (RuntimeException e) {
            refuse(e);
        }
    }

    /** The agent went away; what came stays for its next call. */
    @Override
    public void onError(Throwable failure) {
        LOG.log(Level.DEBUG, "a snapshot stopped on its way: {0}", String.valueOf(failure.getMessage()));
        end();
    }

    private void refuse(RuntimeException e) {
        end();
        agent.onError(ProblemStatus.of(e));
    }

    private void end() {
        over = true;
        incoming.ifPresent(IncomingSnapshot::close);
        incoming = Optional.empty();
    }
}
