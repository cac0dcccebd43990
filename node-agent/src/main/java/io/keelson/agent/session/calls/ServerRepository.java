package io.keelson.agent.session.calls;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.session.wire.ServerProblems;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.FetchRepositoryFileRequest;
import io.keelson.proto.agent.v1.FetchRepositoryFileResponse;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.fetch.Fetcher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The release repository's files, from whichever server the link leads to. Its files are small: each is in memory before
 * any of it is passed on, so that a transfer that breaks begins anew. A minute is given to each, and to larger ones as
 * long as {@value #BYTES_PER_SECOND} bytes a second take.
 */
public final class ServerRepository implements Fetcher {
    static final long BYTES_PER_SECOND = 16 << 10;
    private static final long PATIENCE_SECONDS = 60;
    private static final int TRIES = 3;

    private final ServerLink link;
    private final Pacer pacer;

    public ServerRepository(ServerLink link, Pacer pacer) {
        this.link = link;
        this.pacer = pacer;
    }

    @Override
    public boolean fetch(URI file, long atMost, OutputStream out) throws IOException {
        var content = find(file, atMost);
        if (content.isPresent()) {
            content.get().writeTo(out);
        }
        return content.isPresent();
    }

    private Optional<ByteArrayOutputStream> find(URI file, long atMost) {
        long seconds = PATIENCE_SECONDS + atMost / BYTES_PER_SECOND;
        var deadline = new Deadline(pacer.nanos(), seconds);
        for (int failed = 1; ; failed++) {
            try {
                return Optional.of(read(file, atMost, deadline));
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
                    return Optional.empty();
                }
                if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
                    throw TufRefusal.tooSlow(file.toString(), seconds);
                }
                if (failed >= TRIES || !ServerReleases.passing(e.getStatus()) || !pause(failed)) {
                    throw unreachable(file, e);
                }
            }
        }
    }

    private static ProblemException unreachable(URI file, StatusRuntimeException failure) {
        var cause = ServerProblems.of(failure);
        var refusal = TufRefusal.unreachable(file.toString(), cause.problem().what());
        refusal.initCause(cause);
        return refusal;
    }

    /** For all tries together. */
    private record Deadline(long begun, long seconds) {
        long leftNanos(long now) {
            return TimeUnit.SECONDS.toNanos(seconds) - (now - begun);
        }
    }

    private ByteArrayOutputStream read(URI file, long atMost, Deadline deadline) {
        var content = new ByteArrayOutputStream();
        var context = Context.current().withCancellation();
        var before = context.attach();
        try {
            var messages = call(file, Math.max(1, deadline.leftNanos(pacer.nanos())));
            while (messages.hasNext()) {
                var data = messages.next().getData();
                if (content.size() + (long) data.size() > atMost) {
                    throw TufRefusal.tooLarge(file.toString(), atMost);
                }
                if (deadline.leftNanos(pacer.nanos()) < 0) {
                    throw TufRefusal.tooSlow(file.toString(), deadline.seconds());
                }
                content.writeBytes(data.toByteArray());
            }
            return content;
        } finally {
            context.detach(before);
            context.cancel(null);
        }
    }

    private Iterator<FetchRepositoryFileResponse> call(URI file, long nanos) {
        return AgentServiceGrpc.newBlockingStub(link.channel())
                .withDeadlineAfter(nanos, TimeUnit.NANOSECONDS)
                .fetchRepositoryFile(FetchRepositoryFileRequest.newBuilder()
                        .setPath(file.getRawPath().substring(1))
                        .build());
    }

    /** @return whether to try again */
    private boolean pause(int failed) {
        if (Thread.currentThread().isInterrupted()) {
            return false;
        }
        try {
            pacer.pause(Duration.ofMillis(250L << failed));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
