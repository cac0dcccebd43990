package io.keelson.cli.keeper;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Units;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import java.time.Duration;

/** A service runs, or does not, at this point of a plan. Whether it is enabled for boots stays as it is. */
record UnitIs(StepId id, String unit, boolean running) implements Step {
    @Override
    public String title() {
        return (running ? "start " : "stop ") + unit;
    }

    @Override
    public Finding observe(Host host) {
        var state = host.units().state(unit);
        var said = unit + " is "
                + state.map(found -> found.active() + " (" + found.sub() + ")").orElse("not installed");
        boolean holds = running
                ? state.filter(Units.State::running).isPresent()
                : state.stream().allMatch(UnitIs::isStopped);
        return holds ? new Satisfied(said) : new Needed(said);
    }

    /** And stays so: one that systemd is about to start again after a crash does not run just now either. */
    private static boolean isStopped(Units.State state) {
        return state.mainPid() == 0
                && (state.active().equals("inactive") || state.active().equals("failed"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        if (running) {
            host.units().start(unit);
        } else {
            host.units().stop(unit);
        }
    }

    @Override
    public Duration settle() {
        return Duration.ofMinutes(1);
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
