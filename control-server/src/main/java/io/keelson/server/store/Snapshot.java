package io.keelson.server.store;

import java.util.List;

/**
 * Entries below a prefix as they were together at one revision.
 *
 * @param entries sorted by key
 * @param revision of the whole store; a watch from {@code revision + 1} misses nothing
 */
public record Snapshot(List<Entry> entries, long revision) {
    public Snapshot {
        entries = List.copyOf(entries);
    }
}
