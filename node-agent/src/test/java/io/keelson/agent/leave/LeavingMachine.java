package io.keelson.agent.leave;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.CrashingHost;
import io.keelson.agent.host.Host;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs.Result;
import io.keelson.agent.kubernetes.SampleNode;
import io.keelson.agent.kubernetes.SamplePlans;
import io.keelson.agent.kubernetes.SimulatedMachine;
import io.keelson.agent.kubernetes.TestAuthority;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Plan;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A simulated machine that has what a node makes in the kernel and on the disk beside the files that are written for it. */
final class LeavingMachine {
    static final String VOLUME = "/var/lib/kubelet/pods/p-1/volumes/nfs/data";
    private static final String NAMESPACE = "/run/netns/cni-1234";
    private static final String UNMOUNT = "keelson-unmount.service";

    final SimulatedMachine machine = new SimulatedMachine();
    final MemoryHost host = machine.host;
    final List<String> mounts = new ArrayList<>(List.of("/", "/var/lib/kubelet", "/data"));
    final TreeSet<String> stuck = new TreeSet<>();
    final TreeSet<String> held = new TreeSet<>();
    final List<String> outOfSight = new ArrayList<>();
    final TreeSet<String> tables = new TreeSet<>(List.of("table inet filter"));
    final TreeMap<String, String> links =
            new TreeMap<>(java.util.Map.of("eth0", "", "docker0", "", "veth9", "docker0"));
    final TreeMap<String, KernelRules> rules = new TreeMap<>();

    LeavingMachine() {
        host.files().put("/proc/sys/net/ipv6/conf/all/forwarding", "0\n");
        host.files().directory(Path.of("/var/lib/kubelet"), io.keelson.agent.host.Files.Access.PUBLIC);
        List.of("iptables", "ip6tables").forEach(family -> rules.put(family, new KernelRules()));
        showMounts();
        host.units().onRun(this::runs);
        host.units().onStop(this::stopped);
        programs();
    }

    private void programs() {
        var programs = host.programs();
        rules.forEach((family, kernel) -> {
            programs.answer(List.of(family + "-save"), argv -> ok(kernel.saved()));
            programs.answer(List.of(family + "-restore", "--noflush"), argv -> {
                kernel.restore(host.files().text(argv.getLast()));
                return ok("");
            });
        });
        programs.answer(List.of("nft", "list", "tables"), argv -> ok(String.join("\n", tables) + "\n"));
        programs.answer(List.of("nft", "delete"), argv -> {
            tables.remove(String.join(" ", argv.subList(2, argv.size())));
            return ok("");
        });
        programs.answer(List.of("ip", "-json", "link", "show"), argv -> ok(linksAsJson()));
        programs.answer(List.of("ip", "link", "delete", "dev"), argv -> {
            links.remove(argv.getLast());
            links.replaceAll((name, master) -> master.equals(argv.getLast()) ? "" : master);
            return ok("");
        });
        programs.answer(
                List.of("ip", "route", "show", "table", "all"),
                argv -> ok(String.join("\n", machine.routes().keySet()) + "\n"));
        programs.answer(List.of("ip", "route", "flush", "table", "all"), argv -> {
            machine.routes().clear();
            return ok("");
        });
    }

    private String linksAsJson() {
        var all = new ArrayList<String>();
        links.forEach((name, master) -> all.add(
                "{\"ifname\":\"" + name + "\"" + (master.isEmpty() ? "" : ",\"master\":\"" + master + "\"") + "}"));
        return "[" + String.join(",", all) + "]";
    }

    private static Result ok(String out) {
        return new Result(0, out, "");
    }

    /** What units do when they start. */
    private void runs(String unit) {
        switch (unit) {
            case "kubelet.service" -> startPods();
            case "kube-proxy.service" -> rules.values().forEach(KernelRules::proxied);
            case "keelson-masquerade.service" -> tables.add("table ip keelson");
            case UNMOUNT -> unmount(host.files().text("/etc/systemd/system/" + UNMOUNT));
            default -> machine.runs(unit);
        }
    }

    /** A JVM that is asked to end does so with an error. */
    private void stopped() {
        if (host.units().calls().getLast().equals("stop keelson-api-proxy.service")) {
            host.units().crash("keelson-api-proxy.service");
        }
    }

    private void startPods() {
        host.processes().start("containerd-shim", "/system.slice/containerd.service");
        host.processes().start("deaf", "/kubepods/burstable/podp-1/c-1");
        host.processes().start("deaf", "/kubepods.slice/kubepods-burstable.slice/cri-containerd-c-2.scope");
        for (var mount : List.of(
                "/run/containerd/io.containerd.runtime.v2.task/k8s.io/c-1/rootfs",
                "/var/lib/kubelet/pods/p-1/volumes/a\\040b",
                VOLUME,
                VOLUME + "/nested",
                NAMESPACE)) {
            mounts.add(mount);
        }
        host.files().put(NAMESPACE, "");
        host.files().put(VOLUME + "/of-somebody", "dear");
        host.files().put("/var/lib/kubelet/pods/p-1/etc-hosts", "");
        host.files().put("/var/lib/containerd/io.containerd.content.v1.content/blobs/a", "layer");
        host.files().put("/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db", "");
        host.files().put("/var/lib/cni/networks/keelson/10.244.0.2", "c-1");
        host.files().put("/var/log/pods/a/0.log", "");
        host.files().put("/etc/cni/net.d/05-other.conflist", "{");
        links.put("cni0", "");
        links.put("veth1", "cni0");
        showMounts();
    }

    private void unmount(String unit) {
        unit.replace(" \\\n  ", " ")
                .lines()
                .filter(line -> line.startsWith("ExecStart="))
                .map(line -> line.replace("\"", "").replace("\\\\", "\\"))
                .forEach(line -> {
                    assertThat(line).startsWith("ExecStart=-timeout ");
                    boolean lazy = line.contains(" --lazy ");
                    var point = line.substring(line.indexOf(lazy ? "--lazy " : "-c ") + (lazy ? 7 : 3))
                            .replace(" ", "\\040");
                    if (lazy) {
                        outOfSight.add(point);
                    }
                    boolean inner = mounts.stream().anyMatch(other -> other.startsWith(point + "/"));
                    if (!held.contains(point) && (lazy || !stuck.contains(point) && !inner)) {
                        mounts.removeIf(other -> other.equals(point) || lazy && other.startsWith(point + "/"));
                        if (point.equals(VOLUME)) {
                            host.files().remove(Path.of(VOLUME)); // what is in it is somewhere else
                        }
                    }
                });
        showMounts();
    }

    void showMounts() {
        var table = new StringBuilder();
        for (var mount : mounts) {
            table.append("36 35 98:0 / ").append(mount).append(" rw,noatime shared:1 - ext4 /dev/x rw\n");
        }
        List.of("1", "self").forEach(process -> host.files().put("/proc/" + process + "/mountinfo", table.toString()));
    }

    /** The host goes down and comes up again. */
    void boot() {
        host.processes().endAll();
        mounts.removeIf(mount -> mount.startsWith("/run/") || mount.startsWith("/var/lib/kubelet/"));
        host.files().remove(Path.of("/run/netns"));
        host.files().remove(Path.of("/run/keelson-leave"));
        host.files().remove(Path.of(VOLUME));
        tables.remove("table ip keelson");
        links.keySet().removeAll(List.of("cni0", "veth1"));
        machine.routes().clear();
        rules.values().forEach(KernelRules::clear);
        showMounts();
        host.units().boot();
    }

    /** It becomes a worker. */
    LeavingMachine joined() {
        return joined(SampleNode.worker());
    }

    LeavingMachine joined(NodeSpec spec) {
        var bundle = SampleNode.bundle();
        var authority = new TestAuthority(spec, host.clock());
        assertThat(machine.run(SamplePlans.of(spec, bundle, authority, Optional.empty()))
                        .refusal())
                .isEmpty();
        return this;
    }

    static Plan leaving() {
        return new LeavePlanner().plan(new Revision(9));
    }

    /** Leaves as far as it comes. */
    Optional<Refused> leaves() {
        return leaves(host);
    }

    Optional<Refused> leaves(Host on) {
        return machine.run(leaving(), on).refusal();
    }

    /** Whether it came to its end; nothing is removed that is mounted, and nothing is there without a claim. */
    boolean leavesUntil(int deadly) {
        var crashing = new CrashingHost(host, deadly, this::look);
        try {
            assertThat(leaves(crashing)).isEmpty();
            return true;
        } catch (CrashingHost.Crash e) {
            return false;
        }
    }

    private void look(String what) {
        if (what.contains("remove /")) {
            var path = what.substring(what.indexOf("remove /") + "remove ".length());
            assertThat(mounts).as(what).noneMatch(mount -> mount.startsWith(path + "/"));
        }
        if (!host.files().exists(Path.of("/etc/kubernetes/keelson.json"))) {
            assertThat(remains()).as("without a claim after: " + what).isEqualTo(new LeavingMachine().remains());
        }
    }

    /** Everything that a node leaves or a bare host has, but for releases and what tells that a process was once started. */
    TreeMap<String, String> remains() {
        var state = new TreeMap<String, String>();
        host.files().under(Path.of("/")).stream()
                .filter(file -> !file.startsWith("/proc") && !file.startsWith("/opt/keelson/releases"))
                .forEach(file -> state.put(
                        file.toString(), new String(host.files().read(file).orElseThrow(), StandardCharsets.UTF_8)));
        for (var link : List.of("/opt/keelson/current")) {
            host.files().linkTarget(Path.of(link)).ifPresent(target -> state.put(link, target.toString()));
        }
        for (var unit : List.of("kubelet", "containerd", "kube-proxy", "keelson-api-proxy", "keelson-masquerade")) {
            host.units()
                    .state(unit + ".service")
                    .ifPresent(found -> state.put(unit, found.running() + " " + found.enabled()));
        }
        state.put(
                "directories",
                List.of("/etc/kubernetes", "/etc/cni", "/var/lib/cni", "/var/lib/containerd", "/run/containerd")
                        .stream()
                        .filter(each -> host.files().exists(Path.of(each)))
                        .toList()
                        .toString());
        state.put("mounts", mounts.toString());
        state.put("tables", tables.toString());
        state.put("links", links.toString());
        state.put("routes", machine.routes().toString());
        state.put("processes", host.processes().all().toString());
        rules.forEach((family, kernel) -> state.put(family, kernel.saved()));
        return state;
    }
}
