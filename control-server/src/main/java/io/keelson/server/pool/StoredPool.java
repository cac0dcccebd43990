package io.keelson.server.pool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.drain.DrainPolicy;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.MaintenanceWindow;
import io.keelson.fleet.PoolName;
import io.keelson.fleet.PoolSpec;
import io.keelson.fleet.PoolSpec.Patience;
import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.fleet.PoolSpec.WhenBlocked;
import io.keelson.fleet.Share;
import io.keelson.pool.NodePool;
import io.keelson.pool.PoolPicture.Pause;
import io.keelson.release.BundleName;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The stored form of {@link RegisteredPool}, version 1. Lists of at most one stand for what may be absent. */
record StoredPool(
        String cluster,
        List<String> hosts,
        int size,
        String strategy,
        List<String> level,
        String maxUnavailable,
        List<Window> windows,
        boolean acrossZones,
        long minReadySeconds,
        List<Long> maxAgeSeconds,
        int tolerated,
        Limits patience,
        String whenBlocked,
        Drain drain,
        long createdMillis,
        long generation,
        boolean removing,
        String pause,
        long resumedMillis,
        long restartedMillis,
        List<Wish> wishes) {
    record Window(List<String> days, String opens, long lengthSeconds, String zone) {
        static Window of(MaintenanceWindow window) {
            return new Window(
                    window.days().stream().sorted().map(DayOfWeek::name).toList(),
                    window.opens().toString(),
                    window.length().toSeconds(),
                    window.zone().getId());
        }

        MaintenanceWindow toDomain() {
            return new MaintenanceWindow(
                    days.stream().map(DayOfWeek::valueOf).collect(Collectors.toSet()),
                    LocalTime.parse(opens),
                    Duration.ofSeconds(lengthSeconds),
                    ZoneId.of(zone));
        }
    }

    record Limits(long joiningSeconds, long leavingSeconds, long patchingSeconds, long retrySeconds) {
        static Limits of(Patience patience) {
            return new Limits(
                    patience.joining().toSeconds(),
                    patience.leaving().toSeconds(),
                    patience.patching().toSeconds(),
                    patience.retry().toSeconds());
        }

        Patience toDomain() {
            return new Patience(
                    Duration.ofSeconds(joiningSeconds),
                    Duration.ofSeconds(leavingSeconds),
                    Duration.ofSeconds(patchingSeconds),
                    Duration.ofSeconds(retrySeconds));
        }
    }

    record Drain(
            long limitSeconds,
            boolean bare,
            boolean emptyDir,
            List<Long> forceAfterSeconds,
            List<Long> graceCapSeconds) {
        static Drain of(DrainPolicy policy) {
            return new Drain(
                    policy.limit().toSeconds(),
                    policy.bare(),
                    policy.emptyDir(),
                    seconds(policy.forceAfter()),
                    seconds(policy.graceCap()));
        }

        DrainPolicy toDomain() {
            return new DrainPolicy(
                    Duration.ofSeconds(limitSeconds),
                    bare,
                    emptyDir,
                    duration(forceAfterSeconds),
                    duration(graceCapSeconds));
        }
    }

    record Wish(String host, String wish) {}

    static RegisteredPool read(Entry entry, PoolName name) {
        return Json.read(entry, StoredPool.class, StoredPool::complete).toDomain(name, entry.version());
    }

    /** Nobody could ask for a restart when the first were written. */
    private static void complete(ObjectNode body) {
        if (!body.has("restartedMillis")) {
            body.put("restartedMillis", 0);
        }
    }

    static StoredPool of(RegisteredPool registered) {
        var pool = registered.pool();
        var spec = pool.spec();
        return new StoredPool(
                pool.cluster().value(),
                pool.hosts().stream().map(HostId::value).toList(),
                spec.size(),
                spec.strategy().name(),
                spec.level().map(BundleName::value).stream().toList(),
                spec.maxUnavailable().toString(),
                spec.windows().stream().map(Window::of).toList(),
                spec.acrossZones(),
                spec.minReady().toSeconds(),
                seconds(spec.maxAge()),
                spec.tolerated(),
                Limits.of(spec.patience()),
                spec.whenBlocked().name(),
                Drain.of(pool.drain()),
                registered.created().toEpochMilli(),
                registered.generation(),
                registered.removing(),
                registered.pause().name(),
                registered.resumed().toEpochMilli(),
                registered.restarted().toEpochMilli(),
                registered.wishes().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(wish ->
                                new Wish(wish.getKey().value(), wish.getValue().name()))
                        .toList());
    }

    private RegisteredPool toDomain(PoolName name, long version) {
        var spec = new PoolSpec(
                size,
                Strategy.valueOf(strategy),
                level.stream().findFirst().map(BundleName::new),
                Share.parse(maxUnavailable),
                windows.stream().map(Window::toDomain).toList(),
                acrossZones,
                Duration.ofSeconds(minReadySeconds),
                duration(maxAgeSeconds),
                tolerated,
                patience.toDomain(),
                WhenBlocked.valueOf(whenBlocked));
        return new RegisteredPool(
                new NodePool(
                        name,
                        new ClusterName(cluster),
                        hosts.stream().map(HostId::new).toList(),
                        spec,
                        drain.toDomain()),
                Instant.ofEpochMilli(createdMillis),
                generation,
                removing,
                Pause.valueOf(pause),
                Instant.ofEpochMilli(resumedMillis),
                Instant.ofEpochMilli(restartedMillis),
                wishes.stream()
                        .collect(Collectors.toMap(
                                wish -> new HostId(wish.host()), wish -> HostWish.valueOf(wish.wish()))),
                version);
    }

    private static List<Long> seconds(Optional<Duration> duration) {
        return duration.map(Duration::toSeconds).stream().toList();
    }

    private static Optional<Duration> duration(List<Long> seconds) {
        return seconds.stream().findFirst().map(Duration::ofSeconds);
    }
}
