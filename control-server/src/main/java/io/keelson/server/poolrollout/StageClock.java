package io.keelson.server.poolrollout;

import io.keelson.fleet.HostId;
import io.keelson.server.pool.PoolRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How much of the time that hosts spend in their stages is held against them: only such in which this leader looked, and in which
 * it depended on the host alone. After a night without servers, or with a cluster's API away, no host is too late at once. In
 * memory only: under another leader it begins anew. One thread.
 */
final class StageClock {
    /** What is longer between two looks is not known to have been anybody's time: the server or its store stood still. */
    static final Duration LONGEST_LOOK = Duration.ofMinutes(1);

    private final Map<HostId, Spell> spells = new HashMap<>();

    /** @param stage since when the host is in it, which tells one stay from another */
    private record Spell(Instant stage, Instant looked, Duration spent) {
        Spell then(Instant now, boolean counts) {
            var passed = Duration.between(looked, now);
            boolean known = !passed.isNegative() && passed.compareTo(LONGEST_LOOK) <= 0;
            return new Spell(stage, now, counts && known ? spent.plus(passed) : spent);
        }
    }

    /**
     * Notes a look at a host.
     *
     * @param counts whether what the host lacks depends on itself alone
     * @return since when the time in its stage counts, were it all of one piece
     */
    Instant looked(PoolRecord record, boolean counts, Instant now) {
        var spell = spells.compute(
                record.host(),
                (host, known) -> known == null || !known.stage().equals(record.since())
                        ? new Spell(record.since(), now, Duration.ZERO)
                        : known.then(now, counts));
        return now.minus(spell.spent());
    }
}
