package io.keelson.cli.node;

import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.Terminal;
import io.keelson.proto.operator.v1.DrainNodeResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Says what happens while a node is emptied, a line for each thing, on standard error. */
final class DrainProgress {
    private static final int MOST_REASONS = 4;

    private final String node;
    private final Terminal terminal;
    private final Instant begun = Instant.now();
    private boolean began;

    DrainProgress(String node, Terminal terminal) {
        this.node = node;
        this.terminal = terminal;
    }

    /** Whether the server has begun. */
    boolean began() {
        return began;
    }

    void show(DrainNodeResponse response) {
        switch (response.getEventCase()) {
            case BEGAN -> {
                began = true;
                say(
                        response.getBegan().getCordonedBefore()
                                ? "node " + node + " was cordoned before, and stays so whatever comes"
                                : "node " + node + " takes no new pods");
            }
            case EVICTED -> say("evicted " + response.getEvicted());
            case REFUSED ->
                say(response.getRefused().getPod() + " is not let go: "
                        + response.getRefused().getWhy());
            case FORCED ->
                say(
                        response.getForced().getAtOnce()
                                ? "forgot " + response.getForced().getPod() + ", which did not end"
                                : "deleted " + response.getForced().getPod() + " without asking its budget");
            case WAITING -> waiting(response.getWaiting());
            case UNANSWERED -> say(response.getUnanswered() + "; trying again");
            case EMPTIED -> say("node " + node + " is empty");
            case EVENT_NOT_SET -> {} // of a newer server
        }
    }

    private void waiting(DrainNodeResponse.Waiting waiting) {
        var reasons = waiting.getReasonsList();
        reasons.stream().limit(MOST_REASONS).forEach(reason -> say("waiting: " + reason));
        if (reasons.size() > MOST_REASONS) {
            say("waiting: and for " + (reasons.size() - MOST_REASONS) + " more");
        }
    }

    private void say(String what) {
        var elapsed = Duration.between(begun, Instant.now()).truncatedTo(ChronoUnit.SECONDS);
        terminal.say("[" + DurationText.of(elapsed) + "]  " + what);
    }
}
