package io.keelson.cli.etcd;

import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.Terminal;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdMember;
import io.keelson.proto.operator.v1.WantedEtcdUpkeep;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Looks again and again until hosts have done what was asked of them, and says what they wait for meanwhile. */
final class UpkeepWaiting {
    private static final long LOOK_MILLIS = 1000;

    private final OperatorClient client;
    private final Terminal terminal;
    private final Instant begun = Instant.now();
    private final Instant until;
    private String lastSaid = "";

    UpkeepWaiting(OperatorClient client, Terminal terminal, Duration atMost) {
        this.client = client;
        this.terminal = terminal;
        this.until = begun.plus(atMost);
    }

    /**
     * Returns when all is done.
     *
     * @param each called once for each host that has done it, with how it is now
     * @throws ProblemException WAIT_TIMED_OUT; whatever the server refuses for good
     */
    void await(UpkeepPlan plan, BiConsumer<WantedEtcdUpkeep, EtcdMember> each) {
        var told = new HashSet<String>();
        do {
            try {
                var now = UpkeepPlan.only(client.etcd().status(plan.cluster().getName()));
                tell(plan, now, told, each);
                if (told.size() == plan.wanted().size()) {
                    return;
                }
                say(
                        now.getCarrying() < now.getSize()
                                ? now.getCarrying() + " of " + now.getSize()
                                        + " members are sound; the next one is permitted when all are"
                                : "waiting for " + waiting(plan, told));
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
                        "waited for " + waiting(plan, told) + "; what was asked for stays asked for",
                        Remedy.advise(
                                "See how the members are.",
                                "keelson etcd status " + plan.cluster().getName()))
                .asException();
    }

    private static void tell(
            UpkeepPlan plan, EtcdCluster now, Set<String> told, BiConsumer<WantedEtcdUpkeep, EtcdMember> each) {
        for (var wanted : plan.wanted()) {
            if (UpkeepPlan.done(now, wanted) && told.add(wanted.getHost())) {
                each.accept(wanted, UpkeepPlan.member(now, wanted.getHost()));
            }
        }
    }

    private static String waiting(UpkeepPlan plan, Set<String> told) {
        return "host "
                + plan.wanted().stream()
                        .map(WantedEtcdUpkeep::getHost)
                        .filter(host -> !told.contains(host))
                        .findFirst()
                        .orElse("");
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
