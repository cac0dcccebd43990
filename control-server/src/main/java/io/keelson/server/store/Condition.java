package io.keelson.server.store;

import io.keelson.fleet.Epoch;

/** What has to hold at the moment of the commit. */
public sealed interface Condition {
    /** There is no such key. */
    record Absent(String key) implements Condition {}

    /** The key's last write is still that one. */
    record Unchanged(String key, long version) implements Condition {}

    /** The leader elected at that epoch leads still; fences writes of a server that lost its leadership unaware. */
    record HoldsLeadership(Epoch epoch) implements Condition {}

    /** There is no such key. */
    static Condition absent(String key) {
        return new Absent(key);
    }

    /** The entry was not written since it was read. */
    static Condition unchanged(Entry entry) {
        return new Unchanged(entry.key(), entry.version());
    }

    /** The key's last write is still that one. */
    static Condition unchanged(String key, long version) {
        return new Unchanged(key, version);
    }

    /** The leader elected at that epoch leads still. */
    static Condition holdsLeadership(Epoch epoch) {
        return new HoldsLeadership(epoch);
    }
}
