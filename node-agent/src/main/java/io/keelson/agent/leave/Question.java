package io.keelson.agent.leave;

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
 * Something that must not be, and that no step brings about.
 *
 * @param what is looked for
 * @param found why the plan goes no further; empty if it may
 */
record Question(StepId id, String what, Function<Host, Optional<Problem>> found) implements Step {
    @Override
    public String title() {
        return "look for " + what;
    }

    @Override
    public Finding observe(Host host) {
        return found.apply(host).<Finding>map(Refused::new).orElseGet(() -> new Satisfied("there is no " + what));
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
