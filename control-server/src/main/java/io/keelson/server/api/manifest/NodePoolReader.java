package io.keelson.server.api.manifest;

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
import io.keelson.release.BundleName;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A document of kind NodePool. What it leaves out is {@link #USUAL}. */
final class NodePoolReader {
    /** All but what every pool has to say itself. */
    static final PoolSpec USUAL = new PoolSpec(
            0,
            Strategy.REPLACE,
            Optional.empty(),
            new Share.Count(1),
            List.of(),
            false,
            Duration.ZERO,
            Optional.empty(),
            1,
            new Patience(Duration.ofMinutes(30), Duration.ofMinutes(30), Duration.ofHours(1), Duration.ofMinutes(30)),
            WhenBlocked.GO_ON);

    private static final List<String> FIELDS = List.of(
            "cluster",
            "hosts",
            "size",
            "osLevel",
            "strategy",
            "maxUnavailable",
            "maintenanceWindows",
            "acrossZones",
            "minReadySeconds",
            "maxNodeAge",
            "toleratedFailures",
            "patience",
            "drain",
            "whenBlocked");

    private final YamlObject spec;

    private NodePoolReader(YamlObject spec) {
        this.spec = spec;
    }

    /** The pool; empty when a problem was found that leaves no sensible value. */
    static Optional<NodePool> read(YamlObject document) {
        var name = document.object("metadata", List.of("name", "creationTimestamp", "generation"))
                .flatMap(metadata -> metadata.value("name", PoolName::new));
        return document.object("spec", FIELDS).map(NodePoolReader::new).flatMap(reader -> reader.pool(name));
    }

    private Optional<NodePool> pool(Optional<PoolName> name) {
        var cluster = spec.value("cluster", ClusterName::new);
        var hosts = spec.values("hosts", HostId::new);
        var wanted = wanted();
        var drain = spec.has("drain") ? DrainReader.read(spec) : Optional.of(DrainPolicy.CAREFUL);
        if (name.isEmpty() || cluster.isEmpty() || wanted.isEmpty() || drain.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new NodePool(name.get(), cluster.get(), hosts, wanted.get(), drain.get()));
    }

    /** Each field is judged for itself, so that its own place is told. */
    private Optional<PoolSpec> wanted() {
        var size = spec.whole("size", NodePoolReader::notNegative);
        var strategy = spec.value("strategy", text -> Choice.of(Strategy.values(), text), USUAL.strategy());
        var level = optional("osLevel", BundleName::new);
        var share = spec.scalar("maxUnavailable", Share::parse, USUAL.maxUnavailable());
        var windows = windows();
        var across = spec.flag("acrossZones", USUAL.acrossZones());
        var ready = spec.whole("minReadySeconds", NodePoolReader::ready, USUAL.minReady());
        var age = optional("maxNodeAge", NodePoolReader::age);
        var tolerated = spec.whole("toleratedFailures", NodePoolReader::notNegative, USUAL.tolerated());
        var patience = patience();
        var blocked = spec.value("whenBlocked", text -> Choice.of(WhenBlocked.values(), text), USUAL.whenBlocked());
        if (size.isEmpty()
                || strategy.isEmpty()
                || level.isEmpty()
                || share.isEmpty()
                || windows.isEmpty()
                || across.isEmpty()
                || ready.isEmpty()
                || age.isEmpty()
                || tolerated.isEmpty()
                || patience.isEmpty()
                || blocked.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PoolSpec(
                size.get(),
                strategy.get(),
                level.get(),
                share.get(),
                windows.get(),
                across.get(),
                ready.get(),
                age.get(),
                tolerated.get(),
                patience.get(),
                blocked.get()));
    }

    /** What may be left out and has no usual value; empty if it is written and cannot be read. */
    private <T> Optional<Optional<T>> optional(String field, Function<String, T> parse) {
        return spec.has(field) ? spec.value(field, parse).map(Optional::of) : Optional.of(Optional.empty());
    }

    private Optional<List<MaintenanceWindow>> windows() {
        if (!spec.has("maintenanceWindows")) {
            return Optional.of(List.of());
        }
        var windows = new ArrayList<MaintenanceWindow>();
        boolean whole = true;
        for (var each : spec.objects("maintenanceWindows", WindowReader.FIELDS)) {
            var window = WindowReader.read(each);
            window.ifPresent(windows::add);
            whole &= window.isPresent();
        }
        return whole ? Optional.of(windows) : Optional.empty();
    }

    private Optional<Patience> patience() {
        var usual = USUAL.patience();
        if (!spec.has("patience")) {
            return Optional.of(usual);
        }
        var limits = spec.object("patience", List.of("joining", "leaving", "patching", "retry"));
        var joining = limits.flatMap(fields -> fields.value("joining", NodePoolReader::limit, usual.joining()));
        var leaving = limits.flatMap(fields -> fields.value("leaving", NodePoolReader::limit, usual.leaving()));
        var patching = limits.flatMap(fields -> fields.value("patching", NodePoolReader::limit, usual.patching()));
        var retry = limits.flatMap(fields -> fields.value("retry", NodePoolReader::limit, usual.retry()));
        if (joining.isEmpty() || leaving.isEmpty() || patching.isEmpty() || retry.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Patience(joining.get(), leaving.get(), patching.get(), retry.get()));
    }

    static Duration duration(String text) {
        try {
            var duration = Duration.parse(text);
            if (duration.getNano() == 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("not an ISO 8601 duration such as PT30M: '" + text + "'", e);
        }
        throw new IllegalArgumentException("a duration of whole seconds, not '" + text + "'");
    }

    private static Duration limit(String text) {
        var limit = duration(text);
        return new Patience(limit, limit, limit, limit).joining();
    }

    private static int notNegative(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("it begins at 0, and is not " + number);
        }
        return Math.toIntExact(number);
    }

    private static Duration ready(long seconds) {
        return judged(Duration.ofSeconds(seconds), USUAL.maxAge()).minReady();
    }

    private static Duration age(String text) {
        return judged(USUAL.minReady(), Optional.of(duration(text))).maxAge().orElseThrow();
    }

    private static PoolSpec judged(Duration minReady, Optional<Duration> maxAge) {
        return new PoolSpec(
                USUAL.size(),
                USUAL.strategy(),
                USUAL.level(),
                USUAL.maxUnavailable(),
                USUAL.windows(),
                USUAL.acrossZones(),
                minReady,
                maxAge,
                USUAL.tolerated(),
                USUAL.patience(),
                USUAL.whenBlocked());
    }
}
