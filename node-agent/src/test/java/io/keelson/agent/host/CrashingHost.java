package io.keelson.agent.host;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A host in memory whose agent is killed at one of its effects: before it, in the middle of it where it has one, or after it.
 * From then on nothing is done or seen any more, also not by what a program would do at its end. What looks on is called
 * after every effect.
 */
public final class CrashingHost implements Host {
    private final MemoryHost host;
    private final CrashPoints points;
    private final CrashingFiles files;

    /**
     * @param deadly which of the points is the last, from 1; 0 for none
     * @param watch is told what was done, after it was done
     */
    public CrashingHost(MemoryHost host, int deadly, Consumer<String> watch) {
        this(host, deadly, watch, Optional.empty());
    }

    /** @param instead what happens at that point, if the agent is not killed there */
    public CrashingHost(MemoryHost host, int deadly, Consumer<String> watch, Optional<Runnable> instead) {
        this.host = host;
        this.points = new CrashPoints(deadly, watch, instead);
        this.files = new CrashingFiles(host.files(), points);
    }

    /** The agent is killed: no expected failure, and nothing that may be caught. */
    @SuppressWarnings("serial")
    public static final class Crash extends Error {
        Crash(String where) {
            super(where);
        }
    }

    /** Whether the point was come to. */
    public boolean isPassed() {
        return points.isPassed();
    }

    @Override
    public Files files() {
        return files;
    }

    @Override
    public Units units() {
        return new CrashingUnits(host.units(), points);
    }

    /** What only reads is no effect; what a program writes a test lets it write by {@link #files}. */
    @Override
    public Programs programs() {
        return (argv, limit) -> List.of("systemctl", "journalctl").contains(argv.getFirst())
                        || argv.subList(0, Math.min(2, argv.size())).equals(List.of("nft", "list"))
                ? points.look(() -> host.programs().run(argv, limit))
                : points.effect("run " + argv.getFirst(), () -> host.programs().run(argv, limit));
    }

    @Override
    public Processes processes() {
        return new CrashingProcesses(host.processes(), points);
    }

    @Override
    public Network network() {
        points.requireLife();
        return host.network();
    }

    @Override
    public Etcd etcd() {
        return new CrashingEtcd(host.etcd(), points);
    }

    @Override
    public InstantSource clock() {
        return host.clock();
    }

    private record CrashingProcesses(Processes processes, CrashPoints points) implements Processes {
        @Override
        public List<Running> all() {
            return points.look(processes::all);
        }

        @Override
        public void kill(Running process) {
            points.effect("kill " + process, () -> processes.kill(process));
        }
    }

    private record CrashingUnits(Units units, CrashPoints points) implements Units {
        @Override
        public Optional<State> state(String unit) {
            return points.look(() -> units.state(unit));
        }

        @Override
        public void reload() {
            points.effect("reload", units::reload);
        }

        @Override
        public void enable(String unit) {
            points.effect("enable " + unit, () -> units.enable(unit));
        }

        @Override
        public void disable(String unit) {
            points.effect("disable " + unit, () -> units.disable(unit));
        }

        @Override
        public void start(String unit) {
            points.effect("start " + unit, () -> units.start(unit));
        }

        @Override
        public void reboot() {
            points.effect("reboot", units::reboot);
        }

        @Override
        public void restart(String unit) {
            points.effect("restart " + unit, () -> units.restart(unit));
        }

        @Override
        public void stop(String unit) {
            points.effect("stop " + unit, () -> units.stop(unit));
        }
    }
}
