package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Network.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a member's {@code /metrics} says (Prometheus text exposition format 0.0.4), as far as it is looked for here. What is
 * not there, or is no number, is unknown.
 *
 * @param quotaBytes how large the database may become
 * @param fsync of writing the log durably
 * @param apply of bringing entries into the database, whatever their kind
 * @param peers of round trips, by the member they go to
 */
record MetricsPage(OptionalDouble quotaBytes, Histogram fsync, Histogram apply, Map<String, Histogram> peers) {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Pattern BUCKET = Pattern.compile(
            "etcd_(disk_wal_fsync_duration|server_apply_duration|network_peer_round_trip_time)_seconds_(bucket|sum)"
                    + "(?:\\{([^}]*)\\})? (\\S+)");
    private static final Pattern QUOTA = Pattern.compile("etcd_server_quota_backend_bytes (\\S+)");
    private static final String PENDING = "etcd_server_proposals_pending ";
    private static final String LED = "etcd_server_has_leader 1";

    /** For one who asks again at once. */
    private static final Duration MOMENT = Duration.ofMillis(500);

    private static final Pattern LE = Pattern.compile("(?:^|,)le=\"([^\"]+)\"");
    private static final Pattern TO = Pattern.compile("(?:^|,)To=\"([^\"]+)\"");

    MetricsPage {
        peers = Map.copyOf(peers);
    }

    /**
     * Counts by upper bound, each with all below it, and how long all of them took together; seconds.
     */
    static final class Histogram {
        private final TreeMap<Double, Double> atMost = new TreeMap<>();
        private double sum;

        /** How many there are in all. */
        double count() {
            return atMost.isEmpty() ? 0 : atMost.lastEntry().getValue();
        }

        /** How long all of them took together, seconds. */
        double sum() {
            return sum;
        }

        /** What was counted since; nothing if the other one counted more. */
        Histogram minus(Histogram before) {
            var since = new Histogram();
            atMost.forEach((bound, count) ->
                    since.atMost.put(bound, Math.max(0, count - before.atMost.getOrDefault(bound, 0.0))));
            since.sum = Math.max(0, sum - before.sum);
            return since;
        }

        /** The bound above which all but that share lie: the lower one of the bucket that it falls into. */
        Duration beyond(double share) {
            double lower = 0;
            for (var bucket : atMost.entrySet()) {
                if (bucket.getValue() >= share * count()) {
                    break;
                }
                lower = bucket.getKey();
            }
            return Duration.ofNanos((long) (lower * 1e9));
        }
    }

    /** The page of the member on this host; empty if it does not answer. */
    static Optional<MetricsPage> read(Host host) {
        return text(host, LIMIT).map(MetricsPage::parse);
    }

    /**
     * How many writes of its own clients the member on this host has not answered; empty if it does not say within half a second, or knows
     * no leader: it counts none then before it knows one (raft, Node.Propose).
     */
    static OptionalDouble pendingProposals(Host host) {
        return text(host, MOMENT)
                .filter(text -> text.lines().anyMatch(LED::equals))
                .flatMap(text ->
                        text.lines().filter(line -> line.startsWith(PENDING)).findFirst())
                .map(line -> number(line.substring(PENDING.length())))
                .orElse(OptionalDouble.empty());
    }

    private static Optional<String> text(Host host, Duration limit) {
        return host.network()
                .probe(EtcdPlanner.METRICS_URL + "/metrics", limit)
                .filter(response -> response.status() == 200)
                .map(Response::body);
    }

    static MetricsPage parse(String text) {
        var quota = OptionalDouble.empty();
        var fsync = new Histogram();
        var apply = new Histogram();
        var peers = new HashMap<String, Histogram>();
        for (var line : (Iterable<String>) text.lines()::iterator) {
            var gauge = QUOTA.matcher(line);
            if (gauge.matches()) {
                quota = number(gauge.group(1));
                continue;
            }
            var bucket = BUCKET.matcher(line);
            if (!bucket.matches()) {
                continue;
            }
            var histogram = switch (bucket.group(1)) {
                case "disk_wal_fsync_duration" -> fsync;
                case "server_apply_duration" -> apply;
                default -> peers.computeIfAbsent(label(TO, bucket.group(3)).orElse(""), to -> new Histogram());
            };
            var number = number(bucket.group(4));
            if (bucket.group(2).equals("sum")) {
                number.ifPresent(seconds -> histogram.sum += seconds);
                continue;
            }
            var bound = label(LE, bucket.group(3)).map(MetricsPage::number).orElse(OptionalDouble.empty());
            if (bound.isPresent() && number.isPresent()) {
                histogram.atMost.merge(bound.getAsDouble(), number.getAsDouble(), Double::sum);
            }
        }
        return new MetricsPage(quota, fsync, apply, peers);
    }

    /** Of round trips to that member. */
    Histogram peer(String to) {
        return peers.getOrDefault(to, new Histogram());
    }

    private static Optional<String> label(Pattern name, @Nullable String labels) {
        if (labels == null) {
            return Optional.empty();
        }
        var found = name.matcher(labels);
        return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    private static OptionalDouble number(String written) {
        try {
            return OptionalDouble.of(written.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(written));
        } catch (NumberFormatException notANumber) {
            return OptionalDouble.empty();
        }
    }
}
