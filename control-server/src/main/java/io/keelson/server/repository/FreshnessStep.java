package io.keelson.server.repository;

import io.keelson.trust.tuf.RoleName;
import java.time.Instant;

/** What keeps the repository fresh, one step at a time. */
sealed interface FreshnessStep {
    /** One signed document is published. */
    record Sign(RoleName role, Instant expires) implements FreshnessStep {}

    /** A document would have to be signed, but this server has not enough of the keys that the root lists. */
    record NoKey(RoleName role) implements FreshnessStep {}

    /**
     * A snapshot would have to list a role that not enough people have signed: hosts would refuse that role, and could not
     * go back to an earlier one.
     */
    record Unsigned(RoleName role) implements FreshnessStep {}

    /** All is as it should be, or there is nothing to list yet. */
    record Rest() implements FreshnessStep {}

    /** Whether a document is to be signed now. */
    default boolean signs() {
        return switch (this) {
            case Sign sign -> true;
            case NoKey noKey -> false;
            case Unsigned unsigned -> false;
            case Rest rest -> false;
        };
    }
}
