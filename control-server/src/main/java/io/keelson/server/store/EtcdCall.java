package io.keelson.server.store;

import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdExceptionFactory;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends the client's futures: waits for an answer for a bounded time and makes one kind of failure of all. */
final class EtcdCall {
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private EtcdCall() {}

    /**
     * The answer.
     *
     * @throws ProblemException {@code SERVER_STORE_UNAVAILABLE}: there was none, or etcd could not serve
     */
    static <T> T answer(String what, CompletableFuture<T> future) {
        return answer(what, future, TIMEOUT);
    }

    /** The same of a call that may take longer than others. */
    static <T> T answer(String what, CompletableFuture<T> future, Duration limit) {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw unavailable(what + ": no answer within " + limit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw unavailable(what + ": " + rootMessage(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            future.cancel(true);
            throw unavailable(what + ": interrupted", e);
        }
    }

    /** Whether etcd said that the thing that was named does not exist. */
    static boolean notFound(ProblemException problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (EtcdExceptionFactory.toEtcdException(cause).getErrorCode() == ErrorCode.NOT_FOUND) {
                return true;
            }
        }
        return false;
    }

    private static String rootMessage(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    private static ProblemException unavailable(String what, Throwable cause) {
        var problem = Problem.error(
                ProblemCode.SERVER_STORE_UNAVAILABLE,
                "the management etcd did not serve a request (" + what + ")",
                Remedy.advise(
                        "See whether the management etcd runs on the server's host.", "systemctl status keelson-etcd"));
        return new ProblemException(problem, cause);
    }
}
