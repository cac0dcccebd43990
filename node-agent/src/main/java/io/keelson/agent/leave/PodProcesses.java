package io.keelson.agent.leave;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Processes.Running;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.StepId;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What runs in pods, the shims around it, and what services of a node left behind. It is found by control groups, so that
 * it makes no difference whether the container runtime still works, and killed, because there is nobody to wait for: pods
 * that should end in their own time were evicted before.
 */
record PodProcesses(Set<String> units) implements Trace {
    /** What is killed may be about to start something else; that is in the same groups. */
    private static final int ROUNDS = 10;

    private static final Duration SETTLE = Duration.ofSeconds(30);

    PodProcesses {
        units = Set.copyOf(units);
    }

    @Override
    public StepId id() {
        return new StepId("leave.processes");
    }

    @Override
    public String title() {
        return "end the processes of pods";
    }

    @Override
    public List<String> left(Host host) {
        return found(host).stream().map(Running::toString).toList();
    }

    @Override
    public void remove(Host host, Activity activity) {
        for (int round = 0; round < ROUNDS; round++) {
            var found = found(host);
            if (found.isEmpty()) {
                return;
            }
            found.forEach(host.processes()::kill);
        }
    }

    /** The kernel ends a process when it comes out of what it waits for, such as a disk. */
    @Override
    public Duration settle() {
        return SETTLE;
    }

    private List<Running> found(Host host) {
        return host.processes().all().stream()
                .filter(process -> process.groups().stream().anyMatch(this::isOfNode))
                .toList();
    }

    /** The kubelet's groups are {@code kubepods} or, by systemd, {@code kubepods.slice}, wherever they are. */
    private boolean isOfNode(String group) {
        for (var part : group.split("/", -1)) {
            if (part.equals("kubepods") || part.equals("kubepods.slice") || units.contains(part)) {
                return true;
            }
        }
        return false;
    }
}
