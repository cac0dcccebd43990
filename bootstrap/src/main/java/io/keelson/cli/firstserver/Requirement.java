package io.keelson.cli.firstserver;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.problem.Problem;
import java.util.Optional;
import java.util.function.Function;

/**
 * Something that must hold before anything is changed, and that no step brings about.
 *
 * @param title what is made sure, such as {@code "the ports are free"}
 * @param refusal why not; empty if it holds
 */
record Requirement(StepId id, String title, Function<Host, Optional<Problem>> refusal) implements Step {
    @Override
    public Finding observe(Host host) {
        return refusal.apply(host).<Finding>map(Refused::new).orElseGet(() -> new Satisfied(title));
    }

    @Override
    public void apply(Host host, Activity activity) {
        throw new IllegalStateException(id + " never asks to be applied");
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
