package io.keelson.cli.output;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * A column of a kind's table.
 *
 * @param wide whether it shows only when asked for
 * @param value of a resource, at that time
 */
record Column(String header, boolean wide, Value value) {
    /** What stands in a cell. */
    @FunctionalInterface
    interface Value {
        String of(Resource resource, Instant now);
    }

    String cell(Resource resource, Instant now) {
        return value.of(resource, now);
    }

    /** The columns of a kind; those of a kind that this version does not know are its name, readiness and age. */
    static List<Column> of(String kind, boolean wide) {
        return all(kind).stream().filter(column -> wide || !column.wide()).toList();
    }

    private static List<Column> all(String kind) {
        return switch (kind.toLowerCase(Locale.ROOT)) {
            case "host" ->
                List.of(
                        name(),
                        condition("CONNECTED", "Connected"),
                        first("ZONE", "spec.zone", "status.zone"),
                        first("ADDRESS", "spec.address", "status.address"),
                        first("CLUSTER", "status.cluster"),
                        first("DOING", "status.step", "status.phase"),
                        age(),
                        wide("AGENT", "status.agentVersion"),
                        wide("OS", "status.facts.os", "status.os"),
                        level(),
                        wide("KERNEL", "status.facts.kernel", "status.kernel"),
                        wide("REVISION", "status.desiredRevision", "status.revision"),
                        wide("CONVERGED", "status.convergedRevision"));
            case "cluster" ->
                List.of(
                        name(),
                        condition("READY", "Ready"),
                        first("BUNDLE", "spec.bundle"),
                        first("NODES", "status.nodesReady", "status.nodes"),
                        age(),
                        wide("PODS", "spec.network.pods"),
                        wide("SERVICES", "spec.network.services"),
                        message("Ready"));
            case "nodepool" ->
                List.of(
                        name(),
                        condition("READY", "Ready"),
                        first("CLUSTER", "spec.cluster"),
                        first("SERVING", "status.nodesServing"),
                        first("SPARES", "status.spares"),
                        first("FAILED", "status.failed"),
                        first("DOING", "status.pause", "status.phase"),
                        age(),
                        wide("OS-LEVEL", "spec.osLevel"),
                        wide("AT-LEVEL", "status.hostsAtLevel"),
                        wide("STRATEGY", "spec.strategy"),
                        wide("HOLDS", "status.holds"));
            case "node" ->
                List.of(
                        name(),
                        condition("READY", "Ready"),
                        first("CLUSTER", "spec.cluster", "status.cluster"),
                        first("ROLE", "spec.role", "status.role"),
                        first("ZONE", "spec.zone", "status.zone"),
                        first("BUNDLE", "spec.bundle", "status.bundle"),
                        age(),
                        wide("ADDRESS", "spec.address", "status.address"),
                        wide("PODS", "spec.podCidr", "status.podCidr"),
                        message("Ready"));
            case "bundle" ->
                List.of(
                        name(),
                        first("KUBERNETES", "spec.kubernetes", "status.kubernetes"),
                        first("OS", "spec.osRelease"),
                        first("ARCH", "spec.architecture", "status.architecture"),
                        first("SUPPORTED-UNTIL", "spec.support.standardUntil", "status.support.standardUntil"),
                        age(),
                        wide("SIZE", "spec.totalSize", "status.totalSize"),
                        wide("DIGEST", "spec.manifestSha256", "status.manifestSha256", "status.digest"));
            default -> List.of(name(), condition("READY", "Ready"), age());
        };
    }

    private static Column name() {
        return new Column("NAME", false, (resource, now) -> resource.name());
    }

    private static Column first(String header, String... paths) {
        return new Column(header, false, (resource, now) -> firstOf(resource, paths));
    }

    private static Column wide(String header, String... paths) {
        return new Column(header, true, (resource, now) -> firstOf(resource, paths));
    }

    private static Column condition(String header, String type) {
        return new Column(
                header,
                false,
                (resource, now) ->
                        resource.condition(type).map(Resource.Condition::status).orElse("Unknown"));
    }

    /** The level that a host has, and the one that it is to come to. */
    private static Column level() {
        return new Column("OS-LEVEL", true, (resource, now) -> {
            var has = resource.field("status.osLevel");
            return resource.field("status.wantedOsLevel")
                    .map(wanted -> has.orElse("none") + " -> " + wanted)
                    .or(() -> has)
                    .orElse("");
        });
    }

    private static Column message(String type) {
        return new Column(
                "MESSAGE",
                true,
                (resource, now) -> resource.condition(type)
                        .map(Resource.Condition::message)
                        .orElse(""));
    }

    private static Column age() {
        return new Column(
                "AGE",
                false,
                (resource, now) -> resource.field("metadata.creationTimestamp")
                        .map(text -> since(text, now))
                        .orElse(""));
    }

    /** How long ago an RFC 3339 time was; empty if it is none. */
    static String since(String time, Instant now) {
        try {
            return DurationText.of(Duration.between(Instant.parse(time), now));
        } catch (DateTimeException e) {
            return "";
        }
    }

    private static String firstOf(Resource resource, String... paths) {
        for (var path : paths) {
            var value = resource.field(path);
            if (value.isPresent()) {
                return value.get();
            }
        }
        return "";
    }
}
