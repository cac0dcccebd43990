package io.keelson.server.poolrollout;

import io.keelson.pool.PoolHost.Seen;
import java.util.Optional;

/**
 * What is seen of one host of a pool.
 *
 * @param settled whether what is done once on coming to its stage is done by now
 * @param counts whether what it lacks depends on the host; else the time of this look is not held against it
 * @param waits for what, in a clause for a person; empty for nothing
 */
record Sight(Seen seen, boolean settled, boolean counts, Optional<String> waits) {
    static Sight of(Seen seen, Optional<String> waits) {
        return new Sight(seen, true, true, waits.filter(text -> !text.isEmpty()));
    }

    /** The same where the host could do nothing for what it lacks. */
    Sight excused(boolean excused) {
        return new Sight(seen, settled, counts && !excused, waits);
    }

    /** The same of a node of which it is known by now whether it works. */
    Sight working(boolean works) {
        return new Sight(
                new Seen(
                        seen.connected(),
                        seen.obeyed(),
                        seen.level(),
                        seen.current(),
                        works,
                        seen.worksSince(),
                        seen.joined(),
                        seen.emptied()),
                settled,
                counts,
                waits);
    }
}
