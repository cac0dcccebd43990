package io.keelson.server.rollout;

import io.keelson.server.departures.Departure;
import io.keelson.server.drain.Emptying;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * What happens at a cluster's API while a node goes, or stays after all. No call waits for an API; each is made again and again
 * until it has come true.
 */
public interface NodeExits {
    /**
     * Begins to empty the node or goes on, never by force, and says how far that is.
     *
     * @param since since when it is to be empty; that it was before, or was not to be had so, means nothing
     */
    Emptying empty(Departure.Node node, Instant since);

    /** Lets it take pods again, unless a person cordoned it; returns whether that is so. */
    boolean keep(Departure.Node node);

    /**
     * Deletes its object; returns whether it is gone.
     *
     * @param stillGone whether it is no node still; asked right before it is done, on another thread
     */
    boolean delete(Departure.Node node, BooleanSupplier stillGone);
}
