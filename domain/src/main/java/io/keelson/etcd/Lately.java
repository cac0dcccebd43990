package io.keelson.etcd;

import io.keelson.fleet.HostId;
import java.time.Duration;
import java.util.Set;

/**
 * What was permitted so lately that it is not permitted once more by itself; a person may ask for it all the same.
 *
 * @param relieved whether a slow leader was relieved: of two that are slow whenever they lead, one would pass it to the other
 *     and back
 * @param defragmented whose members were defragmented: what is written all the time leaves as much free again within minutes,
 *     and etcd writes into that, so that nothing is gained by giving it back again and again
 */
public record Lately(boolean relieved, Set<HostId> defragmented) {
    /** So long a slow leader is not relieved again. */
    public static final Duration RELIEF = Duration.ofMinutes(30);

    /** So long a member is not defragmented again. */
    public static final Duration DEFRAGMENTATION = Duration.ofHours(6);

    /** Nothing was. */
    public static final Lately NOTHING = new Lately(false, Set.of());

    public Lately {
        defragmented = Set.copyOf(defragmented);
    }
}
