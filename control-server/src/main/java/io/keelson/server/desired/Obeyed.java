package io.keelson.server.desired;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.Revision;

/**
 * How far a host is with orders, as it says itself. It is never further than what is stored, unless the store was put back to
 * what it once was.
 *
 * @param epoch the highest that it obeyed
 * @param revision the highest that it accepted
 */
public record Obeyed(Epoch epoch, Revision revision) {
    /** Of a host that never said anything. */
    public static final Obeyed NOTHING = new Obeyed(Epoch.NONE, Revision.NONE);
}
