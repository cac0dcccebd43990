package io.keelson.server.repository;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.repository.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

    private static final Set<RoleName> ONLINE = Set.of(RoleName.SNAPSHOT, RoleName.TIMESTAMP);
    private static final FreshnessStep REST = new FreshnessStep.Rest();

    private FreshnessPolicy() {}

    /**
     * The next step.
     *
     * @param ownKeys ids of the keys that the deciding server has
     */
    static FreshnessStep next(RepositoryImage image, Set<String> ownKeys, Instant now) {
        return next(image.root(), image.standings(), ownKeys, now);
    }

    /** @param standings of all published roles */
    static FreshnessStep next(Root root, List<Standing> standings, Set<String> ownKeys, Instant now) {
        if (standing(standings, RoleName.TARGETS).isEmpty()) {
            return REST; // without targets metadata there is no snapshot
        }
        var snapshot = standing(standings, RoleName.SNAPSHOT);
        var timestamp = standing(standings, RoleName.TIMESTAMP);
        var first = isDue(snapshot, SNAPSHOT_LIFE, now) ? snapshot(root, standings, ownKeys, now) : REST;
        // While there can be no snapshot, the timestamp keeps the present one usable until that one expires.
        if (first.signs() || snapshot.isEmpty() || !isDue(timestamp, TIMESTAMP_LIFE, now)) {
            return first;
        }
        var second = step(root, RoleName.TIMESTAMP, now.plus(TIMESTAMP_LIFE), ownKeys);
        return second.signs() || first.equals(REST) ? second : first;
    }

    private static Optional<Standing> standing(List<Standing> standings, RoleName role) {
        return standings.stream()
                .filter(standing -> standing.role().equals(role))
                .findFirst();
    }

    private static FreshnessStep snapshot(Root root, List<Standing> standings, Set<String> ownKeys, Instant now) {
        return standings.stream()
                .filter(standing -> !ONLINE.contains(standing.role()) && !standing.signed())
                .findFirst()
                .<FreshnessStep>map(standing -> new FreshnessStep.Unsigned(standing.role()))
                .orElseGet(() -> step(root, RoleName.SNAPSHOT, now.plus(SNAPSHOT_LIFE), ownKeys));
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
