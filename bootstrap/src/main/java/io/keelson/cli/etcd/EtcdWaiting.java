package io.keelson.cli.etcd;

import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.Terminal;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.EtcdCluster;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Looks again and again until a cluster's etcd is as it is to be, and says what it waits for meanwhile. */
final class EtcdWaiting {
    private static final long LOOK_MILLIS = 250;

    private final OperatorClient client;
    private final Terminal terminal;
    private final Instant begun = Instant.now();
    private final Instant until;
    private String lastSaid = "";

    EtcdWaiting(OperatorClient client, Terminal terminal, Duration atMost) {
        this.client = client;
        this.terminal = terminal;
        this.until = begun.plus(atMost);
    }

    /**
     * Returns when nothing is waited for any more.
     *
     * @param missing says what is, of how the cluster is now
     * @throws ProblemException WAIT_TIMED_OUT; whatever the server refuses for good
     */
    void await(String cluster, Function<EtcdCluster, Optional<String>> missing) {
        var waiting = "the server";
        do {
            try {
                var now = missing.apply(UpkeepPlan.only(client.etcd().status(cluster)));
                if (now.isEmpty()) {
                    return;
                }
                waiting = now.get();
                say("waiting for " + waiting);
            } catch (ProblemException e) {
                switch (e.problem().code()) {
                    case SERVER_UNREACHABLE, SERVER_STORE_UNAVAILABLE, SERVER_NOT_LEADER ->
                        say(e.problem().what() + "; trying again");
                    default -> throw e;
                }
            }
        } while (pause());
        throw Problem.error(
                        ProblemCode.WAIT_TIMED_OUT,
                        "waited for " + waiting + "; what was asked for stays asked for",
                        Remedy.advise("See how the members are.", "keelson etcd status " + cluster))
                .asException();
    }

    private void say(String what) {
        if (!what.equals(lastSaid)) {
            lastSaid = what;
            var elapsed = Duration.between(begun, Instant.now()).truncatedTo(ChronoUnit.SECONDS);
            terminal.say("[" + DurationText.of(elapsed) + "]  " + what);
        }
    }

    private boolean pause() {
        long left = Duration.between(Instant.now(), until).toMillis();
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
