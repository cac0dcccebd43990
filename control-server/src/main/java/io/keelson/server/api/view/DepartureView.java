package io.keelson.server.api.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.problem.Problem;
import io.keelson.server.departures.Departure;
import io.keelson.server.fleet.FleetHost;
import java.util.Optional;
import java.util.stream.Collectors;

/** How far a host is on its way out of its cluster, as a part of its status. */
final class DepartureView {
    private DepartureView() {}

    /** {@code Draining} or {@code DrainBlocked} of a node that is to go and is one still; empty for all others. */
    static Optional<String> phase(FleetHost host) {
        return host.node().isEmpty()
                ? Optional.empty()
                : host.departure().flatMap(departure -> switch (departure.stage()) {
                    case EMPTYING -> Optional.of("Draining");
                    case BLOCKED -> Optional.of("DrainBlocked");
                    case LEAVING, RESETTING, REMOVING -> Optional.of("Leaving");
                    case RETURNING -> Optional.empty();
                });
    }

    private static String word(Departure.Stage stage) {
        return switch (stage) {
            case EMPTYING -> "Draining";
            case BLOCKED -> "DrainBlocked";
            case LEAVING -> "Leaving";
            case RETURNING -> "Returning";
            case RESETTING -> "Resetting";
            case REMOVING -> "Removing";
        };
    }

    static void write(ObjectNode status, Departure departure) {
        var written = status.putObject("departure")
                .put("stage", word(departure.stage()))
                .put("since", Document.time(departure.since()));
        departure
                .from()
                .ifPresent(from -> written.put("cluster", from.cluster().value())
                        .put("node", from.name().value()));
        if (departure.tries() > 0) {
            written.put("tries", departure.tries());
        }
        departure.again().ifPresent(again -> written.put("nextTry", Document.time(again)));
        if (!departure.waitsFor().isEmpty()) {
            var waits = written.putArray("waitsFor");
            departure.waitsFor().forEach(waits::add);
        }
        if (!departure.reasons().isEmpty()) {
            var problems = written.putArray("problems");
            departure.reasons().forEach(problem -> Document.problem(problems.addObject(), problem));
        }
    }

    /** For scripts that wait for it. */
    static Condition condition(Departure departure) {
        var message = departure.reasons().isEmpty()
                ? String.join("; ", departure.waitsFor())
                : departure.reasons().stream().map(Problem::what).collect(Collectors.joining("; "));
        return new Condition("Leaving", Condition.State.TRUE, word(departure.stage()), message);
    }
}
