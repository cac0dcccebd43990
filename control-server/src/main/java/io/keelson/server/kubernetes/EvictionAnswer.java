package io.keelson.server.kubernetes;

/** What the API server said to an eviction. */
public sealed interface EvictionAnswer {
    /** The pod was told to end. */
    record Taken() implements EvictionAnswer {}

    /** There is no such pod any more. */
    record Gone() implements EvictionAnswer {}

    /**
     * Not now; a usual answer.
     *
     * @param why in the API server's words
     */
    record Refused(String why) implements EvictionAnswer {}
}
