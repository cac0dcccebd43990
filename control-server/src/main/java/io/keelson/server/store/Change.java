package io.keelson.server.store;

/** What a watch tells. */
public sealed interface Change {
    /** The key was created or written. */
    record Put(Entry entry) implements Change {}

    /**
     * The key is gone.
     *
     * @param version the store's revision of the deletion
     */
    record Deleted(String key, long version) implements Change {}

    /**
     * Changes may have been missed; the watch goes on with what comes after {@code revision}. The receiver reads
     * everything again ({@link StateStore#snapshot}), since what it knows may be of before.
     */
    record Resync(long revision) implements Change {}
}
