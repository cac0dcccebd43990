package io.keelson.agent.leave;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.StepId;
import java.time.Duration;
import java.util.List;

/** Something that a node has on its host and a bare host has not. */
interface Trace {
    /** Of the step that removes it. */
    StepId id();

    /** What a person reads while it is removed. */
    String title();

    /**
     * What is there of it, each in a person's words; empty if nothing is. Reads only.
     *
     * @throws io.keelson.problem.ProblemException if that cannot be told
     */
    List<String> left(Host host);

    /** Removes it; safe to run over its own half-done work. */
    void remove(Host host, Activity activity);

    /** How long after that it may still be seen. */
    default Duration settle() {
        return Duration.ZERO;
    }
}
