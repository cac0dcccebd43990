package io.keelson.server.api.manifest;

import io.keelson.drain.DrainPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How nodes are emptied: as carefully as the command does it, unless it says otherwise. */
final class DrainReader {
    private DrainReader() {}

    /** @param spec that has the field {@code drain} */
    static Optional<DrainPolicy> read(YamlObject spec) {
        var drain = spec.object(
                "drain", List.of("timeout", "evictBarePods", "deleteEmptyDirData", "forceAfter", "gracePeriod"));
        if (drain.isEmpty()) {
            return Optional.empty();
        }
        var usual = DrainPolicy.CAREFUL;
        var limit = drain.get().value("timeout", DrainReader::limit, usual.limit());
        var bare = drain.get().flag("evictBarePods", usual.bare());
        var emptyDir = drain.get().flag("deleteEmptyDirData", usual.emptyDir());
        var force = optional(drain.get(), "forceAfter");
        var grace = optional(drain.get(), "gracePeriod");
        if (limit.isEmpty() || bare.isEmpty() || emptyDir.isEmpty() || force.isEmpty() || grace.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new DrainPolicy(limit.get(), bare.get(), emptyDir.get(), force.get(), grace.get()));
        } catch (IllegalArgumentException e) {
            spec.refuse("drain", String.valueOf(e.getMessage()), "Correct it.");
            return Optional.empty();
        }
    }

    /** What may be left out; empty if it is written and cannot be read. */
    private static Optional<Optional<Duration>> optional(YamlObject drain, String field) {
        return drain.has(field)
                ? drain.value(field, NodePoolReader::duration).map(Optional::of)
                : Optional.of(Optional.empty());
    }

    private static Duration limit(String text) {
        return new DrainPolicy(NodePoolReader.duration(text), false, false, Optional.empty(), Optional.empty()).limit();
    }
}
