package io.keelson.server.desired;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.Revision;

/**
 * How far a host is with orders, as it says itself. It is never further than what is stored, unless the store was put back to
 * what it once was, or the host lies.
 *
 * @param epoch the highest that it obeyed
 * @param revision the highest that it accepted
 */
public record Obeyed(Epoch epoch, Revision revision) {
    /** Of a host that never said anything. */
    public static final Obeyed NOTHING = new Obeyed(Epoch.NONE, Revision.NONE);

    /**
     * Whether a leader can give an order that such a host obeys. One that says to be further than could be forgotten gets none
     * on its word alone: its numbers are not made the server's.
     *
     * @param known the host's last revision, as stored
     */
    public boolean mayBeLed(Epoch leader, Revision known) {
        return epoch.compareTo(leader) <= 0
                && revision.value() - DesiredStates.FORGOTTEN_AT_MOST
                        <= Math.max(known.value(), DesiredStates.forgotten(leader));
    }
}
