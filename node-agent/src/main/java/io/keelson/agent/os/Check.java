package io.keelson.agent.os;

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
 * @param refusal the reason to go no further; empty if there is none
 */
public record Check(StepId id, String title, Function<Host, Optional<Problem>> refusal) implements Step {
    @Override
    public Finding observe(Host host) {
        return refusal.apply(host).<Finding>map(Refused::new).orElseGet(() -> new Satisfied(title + ": nothing found"));
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
