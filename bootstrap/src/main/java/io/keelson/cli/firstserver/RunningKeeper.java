package io.keelson.cli.firstserver;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Units;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.cli.keeper.KeeperFiles;
import java.time.Duration;
import java.util.Optional;

/** The server's etcd is looked after from now on, also after every boot. */
record RunningKeeper() implements Step {
    @Override
    public StepId id() {
        return new StepId("etcd.keeper");
    }

    @Override
    public String title() {
        return "look after the server's etcd";
    }

    @Override
    public Finding observe(Host host) {
        return gap(host).<Finding>map(Needed::new).orElseGet(() -> new Satisfied(KeeperFiles.UNIT + " runs"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        host.units().enable(KeeperFiles.UNIT);
        host.units().start(KeeperFiles.UNIT);
    }

    @Override
    public Duration settle() {
        return Duration.ofSeconds(30);
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> {
            host.units().stop(KeeperFiles.UNIT);
            host.units().disable(KeeperFiles.UNIT);
        });
    }

    private static Optional<String> gap(Host host) {
        var state = host.units().state(KeeperFiles.UNIT);
        if (state.filter(Units.State::running).isEmpty()) {
            return Optional.of(
                    KeeperFiles.UNIT + " is " + state.map(Units.State::active).orElse("not installed"));
        }
        return state.get().enabled() ? Optional.empty() : Optional.of(KeeperFiles.UNIT + " is not enabled");
    }
}
