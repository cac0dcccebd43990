package io.keelson.cli.client;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.function.Predicate;

/** Reads what a server tells on and on. */
final class WatchedStream {
    private WatchedStream() {}

    /**
     * Reads until the consumer has seen enough, the server ends the stream, or the call's time is over; the latter two are no
     * failure.
     *
     * @param more consumes an answer and says whether it wants another one
     * @return whether the consumer has seen enough
     */
    static <T> boolean read(BlockingClientCall<?, T> call, Predicate<T> more, Caller caller) {
        try {
            for (var answer = call.read(); answer != null; answer = call.read()) {
                if (!more.test(answer)) {
                    return true;
                }
            }
            return false;
        } catch (StatusException e) {
            if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
                return false;
            }
            throw caller.refused(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            call.cancel("seen enough", null);
        }
    }
}
