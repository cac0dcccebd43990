package io.keelson.agent.plan;

import io.keelson.fleet.Revision;

/** Hears what a run does, on the runner's thread; must return quickly and not throw. */
@FunctionalInterface
public interface RunListener {
    /** One event of the run for that revision. */
    void on(Revision revision, RunEvent event);

    /** The same events to this listener and then to another. */
    default RunListener and(RunListener other) {
        return (revision, event) -> {
            on(revision, event);
            other.on(revision, event);
        };
    }
}
