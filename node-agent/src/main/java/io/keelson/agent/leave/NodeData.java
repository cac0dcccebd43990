package io.keelson.agent.leave;

import io.keelson.agent.host.Host;
import io.keelson.agent.network.ApiBalancer;
import io.keelson.agent.network.Masquerade;
import io.keelson.agent.network.PodRoutes;
import io.keelson.agent.os.CurrentLink;
import io.keelson.agent.os.KernelModules;
import io.keelson.agent.os.KernelSettings;
import io.keelson.agent.os.NodeClaim;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.StepId;
import io.keelson.durable.AtomicFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A node's files: keys, certificates and configuration, pods' volumes and logs, images and containers. Releases stay: they are bits of
 * verified bundles, and whoever is a node next need not fetch them again.
 *
 * <p>Nothing is removed while anything is mounted below it, which would be removed with it: volumes hold other people's data.
 */
record NodeData() implements Trace {
    /** For what only the agent reads while it leaves. */
    static final Path SCRATCH = Path.of("/run/keelson-leave");

    /** Removed with all that is in them, but for the claim; a mount point only emptied. */
    private static final List<Path> TREES = Stream.of(
                    "/var/lib/kubelet",
                    "/var/lib/containerd",
                    "/run/containerd",
                    "/var/lib/cni",
                    "/etc/cni",
                    "/var/log/pods",
                    "/var/log/containers",
                    "/etc/kubernetes")
            .map(Path::of)
            .toList();

    private static final Path CONTAINERD = Path.of("/etc/containerd/config.toml");
    private static final List<Path> FILES = List.of(
            CONTAINERD,
            ApiBalancer.FILE,
            Masquerade.RULES,
            PodRoutes.BATCH,
            KernelModules.FILE,
            KernelSettings.FILE,
            CurrentLink.PATH,
            SCRATCH);
    /** Where the agent writes among others' files; what it was killed in the middle of may lie there. */
    private static final List<Path> SHARED = Stream.of(
                    "/etc/systemd/system",
                    "/etc/modules-load.d",
                    "/etc/sysctl.d",
                    "/etc/keelson",
                    "/etc/containerd",
                    "/opt/keelson")
            .map(Path::of)
            .toList();

    private static final Path LOST_AND_FOUND = Path.of("lost+found");

    @Override
    public StepId id() {
        return new StepId("leave.files");
    }

    @Override
    public String title() {
        return "remove the node's files";
    }

    @Override
    public List<String> left(Host host) {
        var table = MountTable.ofHostAndAgent(host);
        return Stream.concat(TREES.stream().flatMap(tree -> removable(host, table, tree).stream()), files(host))
                .map(Path::toString)
                .toList();
    }

    @Override
    public void remove(Host host, Activity activity) {
        for (var tree : TREES) {
            var table = MountTable.ofHostAndAgent(host);
            var mounted = table.below(tree);
            if (!mounted.isEmpty()) {
                throw Leftovers.notBare(tree + " is not removed while something is mounted in it: "
                                + Leftovers.text(
                                        mounted.stream().map(Path::toString).toList()))
                        .asException();
            }
            removable(host, table, tree).forEach(path -> {
                activity.progress("removing " + path);
                host.files().remove(path);
            });
        }
        files(host).forEach(host.files()::remove);
    }

    private static Stream<Path> files(Host host) {
        return Stream.concat(
                FILES.stream().filter(host.files()::exists),
                SHARED.stream()
                        .flatMap(directory -> host.files().list(directory).stream()
                                .filter(AtomicFile::isLeftover)
                                .map(directory::resolve)));
    }

    /** What of a tree can go as a whole: the tree, or what is in it if itself has to stay. */
    private static List<Path> removable(Host host, MountTable table, Path tree) {
        if (!host.files().exists(tree)) {
            return List.of();
        }
        boolean stays = table.points().contains(tree) || NodeClaim.FILE.startsWith(tree);
        if (!stays) {
            return List.of(tree);
        }
        var all = new ArrayList<Path>();
        for (var name : host.files().list(tree)) {
            var path = tree.resolve(name);
            if (!path.equals(NodeClaim.FILE) && !name.equals(LOST_AND_FOUND)) {
                all.add(path);
            }
        }
        return List.copyOf(all);
    }
}
