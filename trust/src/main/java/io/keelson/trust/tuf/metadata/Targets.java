package io.keelson.trust.tuf.metadata;

import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which files one role vouches for, and whom it lets speak for others (TUF 1.0 section 4.5).
 *
 * @param targets files by their paths
 */
public record Targets(long version, Instant expires, Map<String, TargetFile> targets, Delegations delegations)
        implements Metadata {
    public Targets {
        targets = Collections.unmodifiableMap(new LinkedHashMap<>(targets));
    }

    /** What a target must be, if this role lists it. */
    public Optional<TargetFile> find(TargetPath path) {
        return Optional.ofNullable(targets.get(path.path()));
    }
}
