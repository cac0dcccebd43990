package io.keelson.server.store;

/** A running watch. */
public interface Watch extends AutoCloseable {
    /** Ends it; at most the change that is being told now is told to its end. Waits for nothing. */
    @Override
    void close();
}
