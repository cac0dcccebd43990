package io.keelson.agent.plan;

import io.keelson.agent.host.Host;

/** How a step's effect is taken back. */
public sealed interface Undo {
    /** By this effect. */
    record Reverse(Effect effect) implements Undo {}

    /** Nothing stays behind that matters. */
    record Nothing() implements Undo {}

    /** Not at all: the point of no return. @param why shown in a dry run */
    record Impossible(String why) implements Undo {}

    /** An effect on a host; safe to run over its own half-done work. */
    @FunctionalInterface
    interface Effect {
        void apply(Host host);
    }
}
