package io.keelson.agent.os;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Units;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.release.Digest;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A service that is enabled for every boot, runs from the unit that is wanted, and does its work.
 *
 * <p>Whether what runs is what is wanted is told by the host alone: the unit hands the digest of itself and of its
 * inputs to the process as an environment variable, and {@code /proc/PID/environ} gives it back. So a process that was
 * started before its unit, its binary or its configuration changed is seen, even if the agent was killed between the
 * write and the restart. A unit that only names another release with the same bytes in it is written and starts nothing anew.
 *
 * @param inputs files that the process reads only once, when it starts
 * @param probe whether it does its work
 * @param settle how long after a start that may take
 */
public record ServiceUnit(StepId id, String title, UnitFile unit, List<Path> inputs, Probe probe, Duration settle)
        implements Step {
    private static final Duration LOG_LIMIT = Duration.ofSeconds(5);

    public ServiceUnit {
        inputs = List.copyOf(inputs);
    }

    @Override
    public Finding observe(Host host) {
        var wanted = wanted(host);
        var unsettled = startGap(host, wanted).or(() -> probe.gap(host));
        if (unsettled.isPresent()) {
            return new Needed(unsettled.get());
        }
        return new Satisfied(unit.name() + " runs as declared (" + wanted.abbreviated() + ")");
    }

    @Override
    public void apply(Host host, Activity activity) {
        var wanted = wanted(host);
        if (startGap(host, wanted).isEmpty()) {
            return; // it runs as declared and only has to come to its work
        }
        var file = HostFile.text(unit.path(), unit.text(wanted));
        if (!file.isOn(host)) {
            file.write(host);
        }
        host.units().enable(unit.name());
        if (processGap(host, host.units().state(unit.name()), wanted).isPresent()) {
            host.units().restart(unit.name());
        }
    }

    /** Whether {@link #apply} starts a process anew that runs now. */
    public boolean restarts(Host host) {
        var state = host.units().state(unit.name());
        return state.filter(Units.State::running).isPresent()
                && processGap(host, state, wanted(host)).isPresent();
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> {
            if (host.units().state(unit.name()).isPresent()) {
                host.units().stop(unit.name());
                host.units().disable(unit.name());
            }
            host.files().remove(unit.path());
            host.units().reload();
        });
    }

    private Digest wanted(Host host) {
        return unit.digest(inputs.stream()
                .map(path -> host.files().read(path).orElseGet(() -> new byte[0]))
                .toList());
    }

    /** Why the service would have to be written, enabled or started; empty if it only has to come to its work. */
    private Optional<String> startGap(Host host, Digest wanted) {
        if (!HostFile.text(unit.path(), unit.text(wanted)).isOn(host)) {
            return Optional.of(unit.path() + " missing or different");
        }
        var state = host.units().state(unit.name());
        if (state.isEmpty() || state.get().needsReload()) {
            return Optional.of("systemd has not loaded " + unit.path());
        }
        if (!state.get().enabled()) {
            return Optional.of(unit.name() + " is not enabled");
        }
        return processGap(host, state, wanted);
    }

    private Optional<String> processGap(Host host, Optional<Units.State> state, Digest wanted) {
        if (state.isEmpty() || !state.get().running()) {
            return Optional.of(unit.name() + " is " + state.map(this::phase).orElse("unknown to systemd")
                    + state.map(any -> lastWords(host)).orElse(""));
        }
        var running = runningDigest(host, state.get().mainPid());
        if (running.filter(wanted.hex()::equals).isEmpty()) {
            return Optional.of(unit.name() + " runs from an earlier unit or configuration");
        }
        return Optional.empty();
    }

    private String phase(Units.State state) {
        return state.active() + " (" + state.sub() + ")";
    }

    private String lastWords(Host host) {
        var log = host.programs().run(List.of("journalctl", "-u", unit.name(), "-n", "1", "-o", "cat"), LOG_LIMIT);
        var line = log.ok() ? log.out().strip() : "";
        return line.isEmpty() ? "" : ": " + line.substring(0, Math.min(line.length(), 240));
    }

    private static Optional<String> runningDigest(Host host, int pid) {
        var prefix = UnitFile.DIGEST_VARIABLE + "=";
        return environment(host, pid)
                .flatMap(environ -> Arrays.stream(new String(environ, StandardCharsets.UTF_8).split("\0"))
                        .filter(variable -> variable.startsWith(prefix))
                        .map(variable -> variable.substring(prefix.length()))
                        .findFirst());
    }

    private static Optional<byte[]> environment(Host host, int pid) {
        try {
            return host.files().read(Path.of("/proc", Integer.toString(pid), "environ"));
        } catch (UncheckedIOException endedMeanwhile) {
            return Optional.empty(); // the kernel answers ESRCH for a process that is ending
        }
    }
}
