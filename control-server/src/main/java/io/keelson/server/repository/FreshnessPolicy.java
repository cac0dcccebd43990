package io.keelson.server.repository;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.repository.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The decision about the next document that keeps the repository fresh: pure. The snapshot has to list the latest targets
 * metadata, the timestamp the latest snapshot; both have to be signed by keys that the latest root lists, and to be valid
 * for a good while, but not for longer than they should.
 */
final class FreshnessPolicy {
    /**
     * How long a timestamp is valid: so long can a host be kept from seeing a withdrawal by whoever can only hold back
     * files. Hosts fetch from the servers, so that a longer life would help nobody while all servers are away.
     */
    static final Duration TIMESTAMP_LIFE = Duration.ofDays(7);

    /** How long a snapshot is valid. It is as safe as the timestamp that names it, so that it need not be renewed as often. */
    static final Duration SNAPSHOT_LIFE = Duration.ofDays(30);

    /** Signed anew when less than this part of its life is left: then a server may be away for days and nothing ends. */
    private static final double LEFT = 2.0 / 3;

    /** More than its life is left only if the clock was ahead when it was signed. Servers' clocks differ by less. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofHours(1);

    private FreshnessPolicy() {}

    /**
     * The next step.
     *
     * @param ownKeys ids of the keys that the deciding server has
     */
    static FreshnessStep next(RepositoryImage image, Set<String> ownKeys, Instant now) {
        return next(
                image.root(),
                image.standing(RoleName.TARGETS).isPresent(),
                image.standing(RoleName.SNAPSHOT),
                image.standing(RoleName.TIMESTAMP),
                ownKeys,
                now);
    }

    /** @param listable whether there is targets metadata, without which there is no snapshot */
    static FreshnessStep next(
            Root root,
            boolean listable,
            Optional<Standing> snapshot,
            Optional<Standing> timestamp,
            Set<String> ownKeys,
            Instant now) {
        if (!listable) {
            return new FreshnessStep.Rest();
        }
        var first = isDue(snapshot, SNAPSHOT_LIFE, now)
                ? step(root, RoleName.SNAPSHOT, now.plus(SNAPSHOT_LIFE), ownKeys)
                : new FreshnessStep.Rest();
        // Without the snapshot's key the timestamp still keeps the present snapshot usable until that one expires.
        if (first.signs() || snapshot.isEmpty() || !isDue(timestamp, TIMESTAMP_LIFE, now)) {
            return first;
        }
        var second = step(root, RoleName.TIMESTAMP, now.plus(TIMESTAMP_LIFE), ownKeys);
        return second.signs() || first instanceof FreshnessStep.Rest ? second : first;
    }

    private static boolean isDue(Optional<Standing> published, Duration life, Instant now) {
        if (published.isEmpty()
                || !published.get().current()
                || !published.get().signed()) {
            return true;
        }
        var left = Duration.between(now, published.get().expires());
        return left.toMillis() < life.toMillis() * LEFT || left.compareTo(life.plus(CLOCK_TOLERANCE)) > 0;
    }

    private static FreshnessStep step(Root root, RoleName role, Instant expires, Set<String> ownKeys) {
        return OnlineKeys.suffice(root.keysOf(role), ownKeys)
                ? new FreshnessStep.Sign(role, expires)
                : new FreshnessStep.NoKey(role);
    }
}
