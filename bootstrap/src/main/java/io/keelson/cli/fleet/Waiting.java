package io.keelson.cli.fleet;

import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.EventLine;
import io.keelson.cli.output.Resource;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks again and again until an expectation has come true. Polls instead of keeping a stream, so that a server that
 * restarts in between, or a connection that died without a word, costs one look and no more.
 */
final class Waiting {
    private static final long LOOK_MILLIS = 1000;
    private static final int NEWEST_EVENTS = 200;

    private final OperatorClient client;
    private final Expectation expectation;
    private final WaitProgress progress;
    private final Instant until;

    Waiting(OperatorClient client, Expectation expectation, WaitProgress progress, Instant until) {
        this.client = client;
        this.expectation = expectation;
        this.progress = progress;
        this.until = until;
    }

    /**
     * Returns when the target is as expected.
     *
     * @throws ProblemException WAIT_TIMED_OUT with what was seen last; whatever the server refuses for good
     */
    void await(Target target) {
        var seen = "the server has not answered yet";
        do {
            try {
                var resource = find(target);
                if (expectation.met(resource)) {
                    return;
                }
                seen = expectation.seen(
                        resource.orElseThrow(() -> absent(target).asException()));
                progress.show(target, seen, events(target));
            } catch (ProblemException e) {
                if (!passes(e)) {
                    throw e;
                }
                seen = e.problem().what();
                progress.away(seen);
            }
        } while (pause());
        throw Problem.error(
                        ProblemCode.WAIT_TIMED_OUT,
                        "waited for " + expectation + " of " + target + "; " + seen,
                        Remedy.advise(
                                "See what holds it up, then wait longer with --timeout.",
                                "keelson describe " + target.kind() + " " + target.name()))
                .asException();
    }

    private Optional<Resource> find(Target target) {
        try {
            return Answers.resources(client.get(target.kind(), target.name())).stream()
                    .findFirst();
        } catch (ProblemException e) {
            if (e.problem().code() == ProblemCode.RESOURCE_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Progress is a courtesy: a kind without events is waited for in silence. */
    private List<EventLine> events(Target target) {
        try {
            return Answers.events(client, target.kind(), target.name(), NEWEST_EVENTS);
        } catch (ProblemException e) {
            if (passes(e)) {
                throw e;
            }
            return List.of();
        }
    }

    private static boolean passes(ProblemException e) {
        return switch (e.problem().code()) {
            case SERVER_UNREACHABLE, SERVER_STORE_UNAVAILABLE, SERVER_NOT_LEADER -> true;
            default -> false;
        };
    }

    private static Problem absent(Target target) {
        return Problem.error(
                ProblemCode.RESOURCE_NOT_FOUND,
                "there is no " + target.kind() + " '" + target.name() + "'",
                Remedy.advise("Choose one that exists.", "keelson get " + target.kind()));
    }

    /** Lets some time pass; false when the time is over or the command is being ended. */
    private boolean pause() {
        long left = until.toEpochMilli() - Instant.now().toEpochMilli();
        if (left <= 0) {
            return false;
        }
        try {
            return !new CountDownLatch(1).await(Math.min(LOOK_MILLIS, left), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
