package io.keelson.pool;

import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolSpec;
import io.keelson.fleet.Zone;
import io.keelson.release.BundleName;
import java.time.Instant;
import java.util.Optional;

/**
 * A host that a pool may use, and what is known of it.
 *
 * @param named whether the pool names it still; one that it does not is to be none of its nodes any more
 * @param stage as it is written down
 * @param since when that was
 * @param timed since when the time counts that it may take; not before {@code since}. Time in which nobody looked, or in which it
 *     was not the host's fault, is not held against it
 * @param blocked when it last could not be emptied; empty if it could, or nobody tried
 */
public record PoolHost(
        HostId host,
        Zone zone,
        boolean named,
        Stage stage,
        Instant since,
        Instant timed,
        Optional<Instant> blocked,
        Seen seen) {
    /** One that the pool names, all of whose time counts. */
    public PoolHost(HostId host, Zone zone, Stage stage, Instant since, Optional<Instant> blocked, Seen seen) {
        this(host, zone, true, stage, since, since, blocked, seen);
    }

    /**
     * What is seen of a host. Nothing that is old counts: of a host that is away all but its level is not known.
     *
     * @param connected whether its agent speaks now
     * @param obeyed whether it has come to all that it was last told
     * @param level OS bundle that it says to have; empty if none
     * @param current whether what it runs is what the pool wants of bits and configuration
     * @param works whether it was seen to work as a node, by all that is looked at, and to take pods
     * @param worksSince since when without a break
     * @param joined when it became a node
     * @param emptied how far its emptying is
     */
    public record Seen(
            boolean connected,
            boolean obeyed,
            Optional<BundleName> level,
            boolean current,
            boolean works,
            Optional<Instant> worksSince,
            Optional<Instant> joined,
            Emptied emptied) {}

    /** How far the emptying of a node is. */
    public enum Emptied {
        /** Under way, or not begun. */
        NOT_YET,
        /** Nothing is on it that is to be moved, and not all of it runs elsewhere yet. */
        HOMELESS,
        /** Nothing is on it that is to be moved. */
        DONE,
        /** Its limit is over, and what is in the way is known. */
        BLOCKED
    }

    /** Whether the node counts now. */
    boolean counts() {
        return stage == Stage.SERVING && seen.works();
    }

    /** Whether its OS is what the pool wants. */
    boolean isAtLevel(PoolSpec pool) {
        return pool.level().isEmpty() || pool.level().equals(seen.level());
    }

    /** Why the node is to be replaced; empty if it is not. */
    Optional<String> outdated(PoolPicture picture) {
        var pool = picture.pool();
        if (!named) {
            return Optional.of("the pool names it no more");
        }
        if (!isAtLevel(pool)) {
            return Optional.of(
                    "its OS level is " + seen.level().map(BundleName::value).orElse("not known") + ", wanted is "
                            + pool.level().map(BundleName::value).orElse("any"));
        }
        if (!seen.current()) {
            return Optional.of("what it runs is not what the pool wants");
        }
        if (isBehindRestart(picture)) {
            return Optional.of("a person wants every node to be begun anew");
        }
        return pool.maxAge()
                .filter(most -> seen.joined()
                        .filter(joined -> !joined.plus(most).isAfter(picture.now()))
                        .isPresent())
                .map(most -> "it is older than " + most);
    }

    private boolean isBehindRestart(PoolPicture picture) {
        return seen.joined()
                .filter(joined -> joined.isBefore(picture.restarted()))
                .isPresent();
    }

    /**
     * Whether a node that comes back under its name is rebooted for its own sake: a person wants it, or it is old or has drifted. One
     * that is below its level is rebooted if that needs it.
     */
    public boolean isToReboot(PoolPicture picture) {
        return isAtLevel(picture.pool()) || isBehindRestart(picture);
    }
}
