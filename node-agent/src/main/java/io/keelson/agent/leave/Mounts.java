package io.keelson.agent.leave;

import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.os.UnitFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.StepId;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is mounted for pods: volumes, root file systems, network name spaces. Each is unmounted, the deepest first; what does not
 * go in time, such as a volume whose server is away, is taken out of sight and ends with its last user.
 *
 * <p>The host's mounts are not the agent's to change, which has a view of its own and may not even mount there: a unit that lives
 * only for that does it, with the one capability that it takes.
 */
record Mounts() implements Trace {
    /** What is mounted below them was mounted by the kubelet, the runtime or the pod network. */
    static final List<Path> DIRECTORIES = Stream.of(
                    "/var/lib/kubelet", "/var/lib/containerd", "/run/containerd", "/var/lib/cni")
            .map(Path::of)
            .toList();

    private static final String UNIT = "keelson-unmount.service";
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final String OF_CNI = "cni-";
    private static final Duration EACH = Duration.ofSeconds(10);
    private static final Duration ALL = Duration.ofMinutes(2);
    private static final Duration SETTLE = Duration.ofSeconds(10);

    @Override
    public StepId id() {
        return new StepId("leave.mounts");
    }

    @Override
    public String title() {
        return "unmount what was mounted for pods";
    }

    @Override
    public List<String> left(Host host) {
        return Stream.concat(
                        mounted(host).stream().map(Path::toString),
                        Stream.concat(
                                        namespaces(host).stream(),
                                        Stream.of(unit().path()).filter(host.files()::exists))
                                .map(Path::toString))
                .distinct()
                .toList();
    }

    /** Of the agent's own view: an unmounting reaches it a little later. */
    @Override
    public Duration settle() {
        return SETTLE;
    }

    @Override
    public void remove(Host host, Activity activity) {
        var mounted = mounted(host);
        if (!mounted.isEmpty()) {
            activity.progress("unmounting " + mounted.size() + " file systems");
            try {
                run(host, mounted, List.of("umount", "-c"));
            } catch (ProblemException stuck) {
                activity.progress(stuck.problem().what());
            }
        }
        var stubborn = mounted(host);
        if (!stubborn.isEmpty()) {
            activity.progress("taking out of sight "
                    + Leftovers.text(stubborn.stream().map(Path::toString).toList()));
            run(host, stubborn, List.of("umount", "-c", "--lazy"));
        }
        // A name space's file is nothing but the place of its mount.
        namespaces(host).forEach(host.files()::remove);
        host.files().remove(unit().path());
        host.units().reload();
    }

    private static List<Path> mounted(Host host) {
        var table = MountTable.ofHost(host);
        return table.points().stream()
                .filter(point -> table.below(DIRECTORIES).contains(point) || isNamespace(point))
                .toList();
    }

    private static boolean isNamespace(Path point) {
        return NAMESPACES.equals(point.getParent())
                && point.getFileName().toString().startsWith(OF_CNI);
    }

    private static List<Path> namespaces(Host host) {
        return host.files().list(NAMESPACES).stream()
                .map(NAMESPACES::resolve)
                .filter(Mounts::isNamespace)
                .toList();
    }

    private static UnitFile unit() {
        // Nothing here may give it mounts of its own, as most of what shuts a service in would.
        return UnitFile.plain(UNIT)
                .unit("Description", "Unmounts what was mounted for pods")
                .service("Type", "oneshot")
                .service("TimeoutStartSec", Long.toString(ALL.toSeconds()))
                .service("CapabilityBoundingSet", "CAP_SYS_ADMIN CAP_DAC_READ_SEARCH")
                .service("NoNewPrivileges", "yes");
    }

    private static void run(Host host, List<Path> points, List<String> unmount) {
        var unit = unit();
        for (var point : points) {
            // With a "-" in front what fails does not keep the others: what is left is looked at afterwards.
            unit = unit.exec(
                    "ExecStart",
                    Stream.of(
                                    Stream.of("-timeout", "--kill-after=2", Long.toString(EACH.toSeconds())),
                                    unmount.stream(),
                                    Stream.of(point.toString()))
                            .flatMap(words -> words)
                            .toList());
        }
        HostFile.text(unit.path(), unit.text(Digest.of(new byte[0]))).write(host);
        host.units().reload();
        host.units().restart(UNIT);
    }
}
