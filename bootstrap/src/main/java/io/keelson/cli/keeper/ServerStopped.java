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

/** The server does not run at this point of a plan. Whether it is enabled for boots stays as it is. */
record ServerStopped() implements Step {
    @Override
    public StepId id() {
        return new StepId("server.stopped");
    }

    @Override
    public String title() {
        return "stop the control server";
    }

    @Override
    public Finding observe(Host host) {
        var state = host.units().state(KeeperFiles.SERVER_UNIT);
        var said = KeeperFiles.said(state);
        return state.stream().allMatch(ServerStopped::isStopped) ? new Satisfied(said) : new Needed(said);
    }

    /** And stays so: one that systemd is about to start again after a crash does not run just now either. */
    private static boolean isStopped(Units.State state) {
        return state.mainPid() == 0
                && (state.active().equals("inactive") || state.active().equals("failed"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        host.units().stop(KeeperFiles.SERVER_UNIT);
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
