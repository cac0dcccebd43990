package io.keelson.agent.leave;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Units;
import io.keelson.agent.os.UnitFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.StepId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A unit that the agent wrote. One of the same name that somebody else wrote is left alone. */
record NodeUnit(StepId id, String unit) implements Trace {
    private static final List<Path> DIRECTORIES =
            List.of(Path.of("/etc/systemd/system"), Path.of("/usr/lib/systemd/system"), Path.of("/lib/systemd/system"));

    NodeUnit(String id, String unit) {
        this(new StepId(id), unit);
    }

    @Override
    public String title() {
        return "stop " + unit + ", and let it start no more";
    }

    @Override
    public List<String> left(Host host) {
        if (isOurs(host)) {
            return List.of(file().toString());
        }
        return isForgotten(host) ? List.of(unit + ", which systemd still knows") : List.of();
    }

    /** Whether there is a file of the agent's, on any host. */
    boolean isOurs(Host host) {
        return host.files()
                .read(file())
                .filter(bytes -> new String(bytes, StandardCharsets.UTF_8).startsWith(UnitFile.HEADER))
                .isPresent();
    }

    /** Whether its file is gone and systemd has not looked since. */
    private boolean isForgotten(Host host) {
        return DIRECTORIES.stream().noneMatch(directory -> host.files().exists(directory.resolve(unit)))
                && host.units().state(unit).isPresent();
    }

    @Override
    public void remove(Host host, Activity activity) {
        if (isOurs(host)) {
            var state = host.units().state(unit);
            if (state.isPresent()) {
                // First of all, so that a boot in the middle of this does not bring it back.
                host.units().disable(unit);
            }
            if (state.filter(NodeUnit::isUp).isPresent()) {
                host.units().stop(unit);
            }
            host.files().remove(file());
        }
        host.units().reload();
    }

    /** Whether there is a process, or will be: what ended with an error when it was stopped has ended as well. */
    static boolean isUp(Units.State state) {
        return !state.active().equals("inactive") && !state.active().equals("failed");
    }

    private Path file() {
        return DIRECTORIES.getFirst().resolve(unit);
    }
}
