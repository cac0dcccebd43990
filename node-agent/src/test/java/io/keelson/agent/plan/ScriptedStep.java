package io.keelson.agent.plan;

import io.keelson.agent.host.Host;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** A step that finds and does what a test tells it. */
record ScriptedStep(StepId id, Supplier<Finding> finding, BiConsumer<Host, Activity> effect, Duration settle)
        implements Step {
    static ScriptedStep of(String id, Supplier<Finding> finding, Runnable effect) {
        return new ScriptedStep(new StepId(id), finding, (host, activity) -> effect.run(), Duration.ZERO);
    }

    @Override
    public String title() {
        return "do " + id;
    }

    @Override
    public Finding observe(Host host) {
        return finding.get();
    }

    @Override
    public void apply(Host host, Activity activity) {
        effect.accept(host, activity);
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
