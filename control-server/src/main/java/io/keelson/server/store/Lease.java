package io.keelson.server.store;

/** A span of time that its holder prolongs; keys written under it disappear with it. */
public interface Lease extends AutoCloseable {
    /** Names the lease in the store. */
    long id();

    /**
     * Begins the full span anew.
     *
     * @return false if the lease has ended and cannot be prolonged any more
     * @throws io.keelson.problem.ProblemException {@code SERVER_STORE_UNAVAILABLE}: whether it was prolonged is not
     *     known
     */
    boolean renew();

    /** Ends the lease and removes its keys at once; where the store cannot be reached, it ends by itself. */
    @Override
    void close();
}
