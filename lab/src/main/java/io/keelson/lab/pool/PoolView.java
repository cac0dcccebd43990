package io.keelson.lab.pool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.ExecResult;
import io.keelson.lab.host.LabException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** What {@code keelson pool} says of a pool. */
public final class PoolView {
    private static final JsonMapper JSON = new JsonMapper();

    private final String name;
    private final Function<String[], ExecResult> keelson;

    private PoolView(String name, Function<String[], ExecResult> keelson) {
        this.name = name;
        this.keelson = keelson;
    }

    /** As the fleet's server says it. */
    public static PoolView of(KeelsonFleet fleet, String name) {
        return new PoolView(name, fleet::tryKeelson);
    }

    /** As whoever runs the command says it. */
    public static PoolView of(Function<String[], ExecResult> keelson, String name) {
        return new PoolView(name, keelson);
    }

    /**
     * A pool at one moment.
     *
     * @param text all that was said
     * @param stages of its hosts, by name
     */
    public record Status(String text, Map<String, String> stages) {
        public Status {
            stages = Map.copyOf(stages);
        }

        /** Hosts in that stage. */
        public List<String> in(String stage) {
            return stages.keySet().stream()
                    .filter(host -> stage.equals(stages.get(host)))
                    .sorted()
                    .toList();
        }
    }

    /** A host went on to another stage. */
    public record Event(Instant at, String host, String from, String to, String why) {}

    /** Now. */
    public Status status() {
        var text = must("status");
        var stages = new LinkedHashMap<String, String>();
        json(text)
                .at("/status/hosts")
                .forEach(each -> stages.put(each.path("host").asText(), stage(each.path("stage"))));
        return new Status(text, stages);
    }

    /** All that became of its hosts, oldest first. */
    public List<Event> history() {
        var events = new ArrayList<Event>();
        json(must("history", "--limit", "1000"))
                .forEach(each -> events.add(new Event(
                        Instant.parse(each.path("time").asText()),
                        each.path("host").asText(),
                        stage(each.path("from")),
                        stage(each.path("to")),
                        each.path("why").asText())));
        return List.copyOf(events);
    }

    /** Returns once it is so; a server that does not answer is asked again. */
    public Status await(String what, Duration limit, Predicate<Status> wanted) {
        var last = new Status[] {new Status("it was never said", Map.of())};
        try {
            return Awaitility.await(what)
                    .atMost(limit)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofSeconds(2))
                    .ignoreExceptionsInstanceOf(LabException.class)
                    .until(
                            () -> {
                                last[0] = status();
                                return last[0];
                            },
                            wanted);
        } catch (ConditionTimeoutException e) {
            throw new LabException(
                    "pool " + name + " did not come to be so within " + limit.toSeconds() + " s: " + what + "\n"
                            + last[0].text(),
                    e);
        }
    }

    /** A command about the pool, which must succeed. */
    public String must(String command, String... arguments) {
        var all = Stream.concat(Stream.of("pool", command, name), Stream.of(arguments));
        var reads = command.equals("status") || command.equals("history");
        var result = keelson.apply((reads ? Stream.concat(all, Stream.of("-o", "json")) : all).toArray(String[]::new));
        if (!result.ok()) {
            throw new LabException("keelson pool " + command + " " + name + ": " + result.stdout() + result.stderr());
        }
        return result.stdout();
    }

    /** As the constants are called, however they are written. */
    private static String stage(JsonNode text) {
        return text.asText().toUpperCase(Locale.ROOT);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new LabException("no JSON: " + text, e);
        }
    }
}
