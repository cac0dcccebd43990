package io.keelson.server.authority;

/** What an authority is used for. */
public enum Phase {
    /** Servers trust it and agents are told of it; it signs nothing yet. */
    ANNOUNCED,
    /** It signs; there is always exactly one. */
    SIGNING,
    /** It signs nothing any more; what it has signed is good still. */
    RETIRING
}
