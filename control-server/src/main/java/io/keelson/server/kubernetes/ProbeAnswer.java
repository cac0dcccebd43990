package io.keelson.server.kubernetes;

/** How far a probe of a node's pod network is. */
public sealed interface ProbeAnswer {
    /** A packet came to the pod and one came back from it. */
    record Reached(String how) implements ProbeAnswer {}

    /** Not yet, or never. */
    record NotYet(String why) implements ProbeAnswer {}
}
