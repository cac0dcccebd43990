package io.keelson.agent.host;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.keelson.proto.etcd.v3.Event.EventType;
import io.keelson.proto.etcd.v3.WatchCreateRequest;
import io.keelson.proto.etcd.v3.WatchGrpc;
import io.keelson.proto.etcd.v3.WatchRequest;
import io.keelson.proto.etcd.v3.WatchResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The newest writes of one member, by a watch that begins in the past. etcd reads everything from there on into its memory
 * before it sends the first of it (mvcc, syncWatchers), so how far back it may begin is found out by a small look first:
 * a member in need is not to fall for a question.
 */
final class EtcdHistory {
    private static final long BYTES = 64L << 20;
    private static final long FIRST_LOOK = 200;
    private static final long MOST_REVISIONS = 50_000;
    private static final int TRIES = 3;

    private final ManagedChannel channel;
    private final long newest;
    private final Consumer<Etcd.Entry> reader;
    private final long deadline;

    EtcdHistory(ManagedChannel channel, long newest, Duration limit, Consumer<Etcd.Entry> reader) {
        this.channel = channel;
        this.newest = newest;
        this.reader = reader;
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    /** Which ones were handed over. */
    Etcd.Span read() {
        var sizes = new long[2];
        var look = from(newest - FIRST_LOOK + 1, entry -> {
            sizes[0]++;
            sizes[1] += entry.bytes();
        });
        if (look.to() < newest) {
            return look.complete() ? look : Etcd.Span.NONE; // everything is compacted, or it takes too long
        }
        long revisions = Math.max(1, look.to() - look.from() + 1);
        long eachBytes = Math.max(1, sizes[1] / revisions);
        long fitting = Math.clamp(BYTES / eachBytes, 1, MOST_REVISIONS);
        return from(newest - fitting + 1, reader);
    }

    /** From a revision on, or from the last compaction if that was later. */
    private Etcd.Span from(long wanted, Consumer<Etcd.Entry> to) {
        long start = Math.max(1, wanted);
        boolean sinceCompaction = start == 1;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            if (start > newest) {
                return new Etcd.Span(0, 0, true);
            }
            var pass = new Pass(start, to);
            long compacted = pass.run();
            if (compacted == 0) {
                return pass.reached == 0
                        ? Etcd.Span.NONE
                        : new Etcd.Span(start, pass.reached, sinceCompaction && pass.reached >= newest);
            }
            start = compacted + 1;
            sinceCompaction = true;
        }
        return Etcd.Span.NONE;
    }

    /** One watch, from its beginning to the newest revision or the end of the time. */
    private final class Pass {
        private final long start;
        private final Consumer<Etcd.Entry> to;
        private long reached;

        private Pass(long start, Consumer<Etcd.Entry> to) {
            this.start = start;
            this.to = to;
        }

        /** The compacted revision if that is why nothing came, else 0. */
        private long run() {
            var call = WatchGrpc.newBlockingV2Stub(channel).watch();
            try {
                call.write(WatchRequest.newBuilder()
                        .setCreateRequest(WatchCreateRequest.newBuilder()
                                .setKey(EtcdPages.END)
                                .setRangeEnd(EtcdPages.END)
                                .setStartRevision(start)
                                .setFragment(true))
                        .build());
                return follow(call);
            } catch (TimeoutException e) {
                return 0; // what came so far counts
            } catch (StatusException e) {
                throw e.getStatus().asRuntimeException();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Status.CANCELLED.withDescription("interrupted").asRuntimeException();
            } finally {
                call.cancel("seen enough", null);
            }
        }

        private long follow(BlockingClientCall<WatchRequest, WatchResponse> call)
                throws TimeoutException, StatusException, InterruptedException {
            while (true) {
                var response = call.read(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (response == null) {
                    return 0;
                }
                if (response.getCanceled()) {
                    return response.getCompactRevision();
                }
                take(response);
                if (reached >= newest && !response.getFragment()) {
                    return 0;
                }
            }
        }

        private void take(WatchResponse response) {
            for (var event : response.getEventsList()) {
                to.accept(EtcdPages.entry(event.getKv(), event.getType() == EventType.DELETE));
                reached = Math.max(reached, event.getKv().getModRevision());
            }
        }
    }
}
