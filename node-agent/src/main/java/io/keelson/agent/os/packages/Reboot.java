package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The host was started since packages that need it were changed, and as often as it was asked for. The effect ends the agent;
 * it is observed by the next one, whose boot is another.
 *
 * @param note file of the {@link BootNote}
 * @param asked how many reboots were asked for
 */
record Reboot(Level level, PackageManager manager, Path note, int asked) implements Step {
    @Override
    public StepId id() {
        return new StepId("os.reboot");
    }

    @Override
    public String title() {
        return "reboot if it is needed";
    }

    @Override
    public Finding observe(Host host) {
        return reason(host).<Finding>map(Needed::new).orElseGet(() -> new Satisfied("nothing waits for a reboot"));
    }

    /** Why the host is to be rebooted; empty if it is not. */
    Optional<String> reason(Host host) {
        var known = BootNote.of(host, note);
        if (known.reboots() < asked) {
            return Optional.of("a reboot was asked for");
        }
        if (asked > 0
                && known.reboots() == asked
                && known.begun().equals(known.boot().value())) {
            return Optional.of("a reboot was asked for and begun");
        }
        var now = Packages.versions(level, manager.installed(host));
        var changed = known.before().entrySet().stream()
                .filter(each -> !each.getValue().equals(now.getOrDefault(each.getKey(), each.getValue())))
                .map(each -> each.getKey())
                .collect(Collectors.joining(", "));
        return changed.isEmpty() ? Optional.empty() : Optional.of("changed since the host was started: " + changed);
    }

    @Override
    public void apply(Host host, Activity activity) {
        var known = BootNote.of(host, note);
        if (known.reboots() < asked) {
            known.rebooting(asked).write(host, note);
        }
        activity.progress("rebooting");
        host.units().reboot();
    }

    /** How long a host may take to go down; the agent is not there any more to see it come up. */
    @Override
    public Duration settle() {
        return Duration.ofMinutes(15);
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
