package io.keelson.server.desired;

/** What came of an attempt to change what a host is to be. */
public sealed interface Decision {
    /** The host has a new, higher revision. */
    record Written(DesiredState state) implements Decision {}

    /** The host is to be that already; nothing was written. */
    record Unchanged(DesiredState state) implements Decision {}

    /** Nothing was written: another server leads by now, or a condition of the caller did not hold. */
    record Refused() implements Decision {}
}
