package io.keelson.agent.session.calls;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.keelson.agent.session.wire.ServerProblems;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.FetchBlobRequest;
import io.keelson.proto.agent.v1.FetchBlobResponse;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A blob's bytes from an offset on. A transfer that breaks goes on where it stopped, on whichever server the link then
 * leads to; it is given up after {@value #TRIES} breaks without a byte in between, when the bytes come slower than
 * {@link Pace} waits for, or when the server refuses. The reader's pace is the sender's (flow control). For one thread.
 */
final class BlobStream extends InputStream {
    private static final int TRIES = 6;
    private static final long LONGEST_PAUSE_MILLIS = 8_000;
    private static final long CALL_MINUTES = 30;

    private final ServerLink link;
    private final Digest digest;
    private final long size;
    private final Pace pace;
    private long offset;
    private int breaks;
    private Context.CancellableContext context = Context.current().withCancellation();
    private Iterator<FetchBlobResponse> messages = Collections.emptyIterator();
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private boolean open;

    BlobStream(ServerLink link, Digest digest, long size, long offset, Pace pace) {
        this.link = link;
        this.digest = digest;
        this.size = size;
        this.offset = offset;
        this.pace = pace;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int start, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!chunk.hasRemaining()) {
            if (offset >= size || !advance()) {
                return -1;
            }
        }
        int count = Math.min(length, chunk.remaining());
        chunk.get(into, start, count);
        return count;
    }

    /** Takes the next message; false if the server has no more. */
    private boolean advance() throws IOException {
        try {
            if (!open) {
                connect();
            }
            if (!messages.hasNext()) {
                return false;
            }
            chunk = messages.next().getData().asReadOnlyByteBuffer();
            offset += chunk.remaining();
            breaks = chunk.hasRemaining() ? 0 : breaks;
            if (!pace.holdsWith(chunk.remaining())) {
                disconnect();
                throw new IOException("too slow: " + digest, tooSlow());
            }
            return true;
        } catch (StatusRuntimeException e) {
            broken(e);
            return true; // with an empty chunk: the reader's loop asks again
        }
    }

    private ProblemException tooSlow() {
        return Problem.error(
                        ProblemCode.SERVER_UNREACHABLE,
                        "less than " + (Pace.LEAST_BYTES >> 10) + " KiB of blob " + digest.abbreviated()
                                + " came within a minute, at " + offset + " of " + size + " bytes",
                        Remedy.advise("Look at the network between this host and the server; the agent tries again by"
                                + " itself and goes on from there."))
                .asException();
    }

    private void connect() {
        context = Context.current().withCancellation();
        var request = FetchBlobRequest.newBuilder()
                .setSha256(digest.hex())
                .setOffset(offset)
                .build();
        var before = context.attach();
        try {
            messages = AgentServiceGrpc.newBlockingStub(link.channel())
                    .withDeadlineAfter(CALL_MINUTES, TimeUnit.MINUTES)
                    .fetchBlob(request);
        } finally {
            context.detach(before);
        }
        open = true;
    }

    private void broken(StatusRuntimeException failure) throws IOException {
        disconnect();
        breaks++;
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while fetching " + digest);
        }
        if (breaks >= TRIES || !ServerReleases.passing(failure.getStatus())) {
            throw new IOException("cannot fetch " + digest, ServerProblems.of(failure));
        }
        try {
            var never = new CountDownLatch(1);
            if (never.await(Math.min(LONGEST_PAUSE_MILLIS, 250L << breaks), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("nobody counts this latch down");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while fetching " + digest);
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private void disconnect() {
        open = false;
        messages = Collections.emptyIterator();
        context.cancel(null);
    }

    @Override
    public void close() {
        disconnect();
    }
}
