package io.keelson.server.api;

import io.grpc.stub.ServerCallStreamObserver;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
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
final class Watches {
    private static final System.Logger LOG = System.getLogger(Watches.class.getName());
    private static final int MOST = 512;

    /** Connections grow stale without anybody writing it, so the answer is made anew this often. */
    private static final Duration ANYWAY = Duration.ofSeconds(5);

    private static final Duration NOT_READY = Duration.ofMillis(100);

    private final LiveFleet fleet;
    private final Semaphore room = new Semaphore(MOST);

    Watches(LiveFleet fleet) {
        this.fleet = fleet;
    }

    /** Makes one answer of what there is now. */
    @FunctionalInterface
    interface Answer<T> {
        /** @param again whether there was an answer before */
        T of(boolean again);
    }

    /**
     * Begins to answer.
     *
     * @param what is watched, for the log
     */
    <T> void begin(String what, Answer<T> answer, ServerCallStreamObserver<T> caller) {
        if (!room.tryAcquire()) {
            throw Problem.error(
                            ProblemCode.RESOURCE_CONFLICT,
                            "this server is watched by " + MOST + " callers already",
                            Remedy.advise("End some of them, or ask without watching."))
                    .asException();
        }
        var thread = Thread.ofVirtual().name("watch of " + what).unstarted(() -> {
            try {
                follow(what, answer, caller);
            } finally {
                room.release();
            }
        });
        caller.setOnCancelHandler(thread::interrupt);
        thread.start();
    }

    private <T> void follow(String what, Answer<T> answer, ServerCallStreamObserver<T> caller) {
        Optional<T> last = Optional.empty();
        try {
            while (!caller.isCancelled()) {
                long seen = fleet.changes();
                if (caller.isReady()) {
                    var now = answer.of(last.isPresent());
                    if (!last.equals(Optional.of(now))) {
                        caller.onNext(now);
                        last = Optional.of(now);
                    }
                }
                var unused = fleet.awaitChange(seen, caller.isReady() ? ANYWAY : NOT_READY);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "a watch of {0} ended", what);
        } catch (RuntimeException e) {
            if (!caller.isCancelled()) {
                caller.onError(ProblemStatus.of(e));
            }
        }
    }
}
