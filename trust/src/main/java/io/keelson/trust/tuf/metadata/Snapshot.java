package io.keelson.trust.tuf.metadata;

import io.keelson.trust.tuf.RoleName;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which versions of all targets metadata belong together (TUF 1.0 section 4.4).
 *
 * @param meta files by their names, such as {@code targets.json}
 */
public record Snapshot(long version, Instant expires, Map<String, MetaFile> meta) implements Metadata {
    public Snapshot {
        meta = Collections.unmodifiableMap(new LinkedHashMap<>(meta));
    }

    /** The file of a role, if it is listed. */
    public Optional<MetaFile> find(RoleName role) {
        return Optional.ofNullable(meta.get(role.metaPath()));
    }
}
