package io.keelson.server.health;

import io.keelson.server.fleet.SnapshotSubjects;
import io.keelson.server.snapshots.SnapshotTimes;
import io.keelson.server.snapshots.Snapshots;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The server's metrics, in Prometheus' text format 0.0.4. An age is {@code +Inf} where there never was one. */
@Singleton
@Path("/metrics")
public class SnapshotMetrics {
    private final SnapshotSubjects clusters;
    private final Snapshots snapshots;
    private final InstantSource clock;

    public SnapshotMetrics(SnapshotSubjects clusters, Snapshots snapshots, InstantSource clock) {
        this.clusters = clusters;
        this.snapshots = snapshots;
        this.clock = clock;
    }

    /** All of them, read afresh. */
    @GET
    @Produces("text/plain; version=0.0.4")
    public String text() {
        var now = clock.instant();
        var newest = new StringBuilder();
        var proven = new StringBuilder();
        for (var cluster : clusters.all()) {
            var times = SnapshotTimes.of(snapshots.index().of(cluster.name()), now);
            line(newest, "keelson_etcd_snapshot_age_seconds", cluster.name().value(), age(times.taken(), now));
            line(
                    proven,
                    "keelson_etcd_proven_restore_age_seconds",
                    cluster.name().value(),
                    age(times.proven(), now));
        }
        return """
                # HELP keelson_etcd_snapshot_age_seconds Since the newest snapshot of a cluster's etcd was taken.
                # TYPE keelson_etcd_snapshot_age_seconds gauge
                %s# HELP keelson_etcd_proven_restore_age_seconds Since a snapshot was last restored and found whole.
                # TYPE keelson_etcd_proven_restore_age_seconds gauge
                %s""".formatted(newest, proven);
    }

    private static void line(StringBuilder text, String metric, String cluster, String value) {
        text.append(metric)
                .append("{cluster=\"")
                .append(cluster)
                .append("\"} ")
                .append(value)
                .append('\n');
    }

    private static String age(Optional<Instant> since, Instant now) {
        return since.map(at -> Long.toString(Duration.between(at, now).toSeconds()))
                .orElse("+Inf");
    }
}
