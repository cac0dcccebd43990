package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;

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
            "etcd_(disk_wal_fsync_duration|server_apply_duration|network_peer_round_trip_time)_seconds_bucket"
                    + "\\{([^}]*)\\} (\\S+)");
    private static final Pattern QUOTA = Pattern.compile("etcd_server_quota_backend_bytes (\\S+)");
    private static final Pattern LE = Pattern.compile("(?:^|,)le=\"([^\"]+)\"");
    private static final Pattern TO = Pattern.compile("(?:^|,)To=\"([^\"]+)\"");

    MetricsPage {
        peers = Map.copyOf(peers);
    }

    /** Counts by upper bound in seconds, each with all below it. */
    record Histogram(TreeMap<Double, Double> atMost) {
        Histogram {
            atMost = new TreeMap<>(atMost);
        }

        static Histogram empty() {
            return new Histogram(new TreeMap<>());
        }

        /** How many there are in all. */
        double count() {
            return atMost.isEmpty() ? 0 : atMost.lastEntry().getValue();
        }

        /** What was counted since; nothing if the other one counted more. */
        Histogram minus(Histogram before) {
            var since = new TreeMap<Double, Double>();
            atMost.forEach((bound, count) ->
                    since.put(bound, Math.max(0, count - before.atMost.getOrDefault(bound, 0.0))));
            return new Histogram(since);
        }

        /** The upper bound within which that share lies; a day where no bound is high enough. */
        Optional<Duration> within(double share) {
            return atMost.entrySet().stream()
                    .filter(bucket -> bucket.getValue() >= share * count())
                    .findFirst()
                    .map(bucket -> bucket.getKey().isInfinite()
                            ? Duration.ofDays(1)
                            : Duration.ofNanos((long) (bucket.getKey() * 1e9)));
        }

        private void add(double bound, double count) {
            atMost.merge(bound, count, Double::sum);
        }
    }

    /** The page of the member on this host; empty if it does not answer. */
    static Optional<MetricsPage> read(Host host) {
        return host.network()
                .probe(EtcdPlanner.METRICS_URL + "/metrics", LIMIT)
                .filter(response -> response.status() == 200)
                .map(response -> parse(response.body()));
    }

    static MetricsPage parse(String text) {
        var quota = OptionalDouble.empty();
        var fsync = Histogram.empty();
        var apply = Histogram.empty();
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
            var bound = label(LE, bucket.group(2)).map(MetricsPage::number).orElse(OptionalDouble.empty());
            var count = number(bucket.group(3));
            if (bound.isEmpty() || count.isEmpty()) {
                continue;
            }
            var histogram = switch (bucket.group(1)) {
                case "disk_wal_fsync_duration" -> fsync;
                case "server_apply_duration" -> apply;
                default -> peers.computeIfAbsent(label(TO, bucket.group(2)).orElse(""), to -> Histogram.empty());
            };
            histogram.add(bound.getAsDouble(), count.getAsDouble());
        }
        return new MetricsPage(quota, fsync, apply, peers);
    }

    /** Of round trips to that member. */
    Histogram peer(String to) {
        return peers.getOrDefault(to, Histogram.empty());
    }

    private static Optional<String> label(Pattern name, String labels) {
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
