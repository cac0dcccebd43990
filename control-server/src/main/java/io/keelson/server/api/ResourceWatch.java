package io.keelson.server.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.GetRequest;
import io.keelson.proto.operator.v1.GetResponse;
import io.keelson.server.fleet.LiveFleet;
import io.keelson.server.wire.ProblemStatus;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Tells callers what there is, now and after every change. One virtual thread for each caller; a caller that reads
 * slowly is told the newest state when it is ready again, and states in between are left out.
 */
final class ResourceWatch {
    private static final System.Logger LOG = System.getLogger(ResourceWatch.class.getName());
    private static final int MOST = 512;

    /** Connections grow stale without anybody writing it, so the answer is made anew this often. */
    private static final Duration ANYWAY = Duration.ofSeconds(5);

    private static final Duration NOT_READY = Duration.ofMillis(100);

    private final LiveFleet fleet;
    private final Resources resources;
    private final Semaphore room = new Semaphore(MOST);

    ResourceWatch(LiveFleet fleet, Resources resources) {
        this.fleet = fleet;
        this.resources = resources;
    }

    void begin(GetRequest request, ServerCallStreamObserver<GetResponse> caller) {
        ResourceKind.parse(request.getKind());
        if (!room.tryAcquire()) {
            throw Problem.error(
                            ProblemCode.RESOURCE_CONFLICT,
                            "this server is watched by " + MOST + " callers already",
                            Remedy.advise("End some of them, or ask without watching."))
                    .asException();
        }
        var thread = Thread.ofVirtual()
                .name("watch of " + Printable.of(request.getKind()))
                .unstarted(() -> {
                    try {
                        follow(request, caller);
                    } finally {
                        room.release();
                    }
                });
        caller.setOnCancelHandler(thread::interrupt);
        thread.start();
    }

    private void follow(GetRequest request, ServerCallStreamObserver<GetResponse> caller) {
        Optional<GetResponse> last = Optional.empty();
        boolean found = false;
        try {
            while (!caller.isCancelled()) {
                long seen = fleet.changes();
                if (caller.isReady()) {
                    var now = answer(request, found);
                    found = true;
                    if (!last.equals(Optional.of(now))) {
                        caller.onNext(now);
                        last = Optional.of(now);
                    }
                }
                var unused = fleet.awaitChange(seen, caller.isReady() ? ANYWAY : NOT_READY);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "a watch of {0} ended", request.getKind());
        } catch (RuntimeException e) {
            if (!caller.isCancelled()) {
                caller.onError(ProblemStatus.of(e));
            }
        }
    }

    /** A resource that is gone after it was there is told by an empty answer; one that never was is a problem. */
    private GetResponse answer(GetRequest request, boolean wasThere) {
        try {
            return resources.get(request, fleet.image());
        } catch (ProblemException e) {
            if (wasThere && e.problem().code() == ProblemCode.RESOURCE_NOT_FOUND) {
                return GetResponse.newBuilder()
                        .setKind(ResourceKind.parse(request.getKind()).canonical())
                        .build();
            }
            throw e;
        }
    }
}
