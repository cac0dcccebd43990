package io.keelson.fleet;

import io.keelson.release.BundleName;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a pool wants of its nodes, and how careful it is.
 *
 * @param size nodes that are to serve
 * @param level OS bundle that every host is to have; empty if the OS is left to others
 * @param maxUnavailable how many of its nodes may be away at once on purpose
 * @param windows when something may be begun; empty for always
 * @param acrossZones whether nodes of several zones may be away at once
 * @param minReady how long a node must have worked before it counts and the next one is begun with; 0 to 7 days
 * @param maxAge how old a node may become, 1 hour to 10 years; empty for as old as it will
 * @param tolerated how many failed hosts the pool bears before it begins nothing more
 * @param patience how long a stage may take
 * @param whenBlocked what follows when a node cannot be emptied
 */
public record PoolSpec(
        int size,
        Strategy strategy,
        Optional<BundleName> level,
        Share maxUnavailable,
        List<MaintenanceWindow> windows,
        boolean acrossZones,
        Duration minReady,
        Optional<Duration> maxAge,
        int tolerated,
        Patience patience,
        WhenBlocked whenBlocked) {
    private static final Duration LONGEST_READY = Duration.ofDays(7);
    private static final Duration OLDEST = Duration.ofDays(3_650);

    public PoolSpec {
        windows = List.copyOf(windows);
        if (size < 0 || tolerated < 0) {
            throw new IllegalArgumentException("size and tolerated failures begin at 0");
        }
        if (minReady.isNegative() || minReady.compareTo(LONGEST_READY) > 0) {
            throw new IllegalArgumentException("minReady is 0 to 7 days, not " + minReady);
        }
        if (maxAge.filter(age -> age.compareTo(Duration.ofHours(1)) < 0 || age.compareTo(OLDEST) > 0)
                .isPresent()) {
            throw new IllegalArgumentException("maxNodeAge is 1 hour to 10 years, not " + maxAge.orElseThrow());
        }
    }

    /** When something may be begun again, on the clocks of the window that opens first; empty if something may be begun now. */
    public Optional<ZonedDateTime> closedUntil(Instant now) {
        if (windows.stream().anyMatch(window -> window.isOpen(now))) {
            return Optional.empty();
        }
        return windows.stream()
                .map(window -> window.nextOpening(now).atZone(window.zone()))
                .min(Comparator.comparing(ZonedDateTime::toInstant));
    }

    /** How a node comes to be what the pool wants. */
    public enum Strategy {
        /** A spare becomes a node first; then the old one leaves, and becomes a spare. */
        REPLACE,
        /** The node is emptied, patched and comes back under its name. */
        IN_PLACE
    }

    /** What follows when a node cannot be emptied in time. */
    public enum WhenBlocked {
        /** It serves on, others are begun with; it is tried again later. */
        GO_ON,
        /** It serves on, and nothing more is begun until a person resumes the pool. */
        HOLD
    }

    /**
     * How long a stage may take before the host counts as failed; a minute to a week each. Emptying a node has a limit of its own,
     * which the drain keeps.
     *
     * @param joining until a host that is told to be a node works
     * @param leaving until nothing of the cluster is left on a host
     * @param patching until a host is at its level, with its reboot
     * @param retry until a node that could not be emptied is tried again
     */
    public record Patience(Duration joining, Duration leaving, Duration patching, Duration retry) {
        private static final Duration LEAST = Duration.ofMinutes(1);
        private static final Duration MOST = Duration.ofDays(7);

        public Patience {
            for (var each : List.of(joining, leaving, patching, retry)) {
                if (each.compareTo(LEAST) < 0 || each.compareTo(MOST) > 0) {
                    throw new IllegalArgumentException("a limit is 1 minute to 7 days, not " + each);
                }
            }
        }
    }
}
