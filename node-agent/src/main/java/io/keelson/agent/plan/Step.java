package io.keelson.agent.plan;

import io.keelson.agent.host.Host;
import java.time.Duration;

/**
 * One thing that must hold on a host. {@link #observe} is asked before the effect and again after it; a step that was
 * cut short at any point is simply observed again.
 *
 * <p>{@code apply} is called only after {@code observe} said {@link Finding.Needed} and after that was journaled. It
 * must be safe to run over its own half-done work. It reports an expected failure as a
 * {@link io.keelson.problem.ProblemException}; anything else thrown is a surprise that the loop classifies.
 */
public interface Step {
    /** Stable across agent versions; journals and reports use it. */
    StepId id();

    /** What a person reads while it runs, such as {@code "start etcd"}. */
    String title();

    /** Whether it holds. Reads only; bounded in time; never throws for what it can express as a finding. */
    Finding observe(Host host);

    /** The one effect. */
    void apply(Host host, Activity activity);

    /** How to take the effect back. */
    Undo undo();

    /** How long after {@code apply} the result may take to show; zero when it shows at once. */
    default Duration settle() {
        return Duration.ZERO;
    }
}
