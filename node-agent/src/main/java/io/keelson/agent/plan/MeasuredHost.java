package io.keelson.agent.plan;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Files;
import io.keelson.agent.host.Host;
import io.keelson.agent.host.Network;
import io.keelson.agent.host.Processes;
import io.keelson.agent.host.Programs;
import io.keelson.agent.host.Units;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The host as a measured step sees it: while a program that was started runs, or a job of systemd that starts or stops
 * a unit, the step waits. That systemd reads unit files again, and all reading and writing, is the step's own time.
 */
record MeasuredHost(Host host, MeasuredActivity activity) implements Host {
    @Override
    public Files files() {
        return host.files();
    }

    @Override
    public Units units() {
        return new MeasuredUnits(host.units(), activity);
    }

    @Override
    public Programs programs() {
        return (List<String> argv, Duration limit) ->
                activity.waiting(() -> host.programs().run(argv, limit));
    }

    @Override
    public Processes processes() {
        return host.processes();
    }

    @Override
    public Network network() {
        return host.network();
    }

    @Override
    public Etcd etcd() {
        return host.etcd();
    }

    @Override
    public InstantSource clock() {
        return host.clock();
    }

    private record MeasuredUnits(Units units, MeasuredActivity activity) implements Units {
        @Override
        public Optional<State> state(String unit) {
            return units.state(unit);
        }

        @Override
        public void reload() {
            units.reload();
        }

        @Override
        public void enable(String unit) {
            units.enable(unit);
        }

        @Override
        public void disable(String unit) {
            units.disable(unit);
        }

        @Override
        public void start(String unit) {
            activity.waiting(() -> units.start(unit));
        }

        @Override
        public void reboot() {
            units.reboot();
        }

        @Override
        public void restart(String unit) {
            activity.waiting(() -> units.restart(unit));
        }

        @Override
        public void stop(String unit) {
            activity.waiting(() -> units.stop(unit));
        }
    }
}
