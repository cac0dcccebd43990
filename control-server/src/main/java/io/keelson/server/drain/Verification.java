package io.keelson.server.drain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is seen of a node that is to count.
 *
 * @param checks what was seen last; empty before the first look
 * @param holdsSince since when all of it was seen to hold at every look; empty if something does not
 */
public record Verification(List<NodeCheck> checks, Optional<Instant> holdsSince) {
    static final Verification NONE = new Verification(List.of(), Optional.empty());

    public Verification {
        checks = List.copyOf(checks);
        if (holdsSince.isPresent() && (checks.isEmpty() || !checks.stream().allMatch(NodeCheck::holds))) {
            throw new IllegalArgumentException("it does not hold: " + checks);
        }
    }

    /** Whether it was looked at, and the cluster's API showed it. */
    public boolean isOfTheNode() {
        return !checks.isEmpty() && checks.stream().noneMatch(NodeCheck::isOfTheApi);
    }

    /** With what was seen now. */
    Verification then(List<NodeCheck> seen, Instant now) {
        return new Verification(
                seen,
                !seen.isEmpty() && seen.stream().allMatch(NodeCheck::holds)
                        ? Optional.of(holdsSince.orElse(now))
                        : Optional.empty());
    }
}
