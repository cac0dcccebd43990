package io.keelson.agent.kubernetes;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs.Result;
import io.keelson.agent.host.Units;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.agent.plan.Step;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A host in memory whose programs and services behave as a healthy machine's do, and a bare runner of plans. */
public final class SimulatedMachine {
    public final MemoryHost host = new MemoryHost();
    private final TreeMap<String, String> routes = new TreeMap<>();
    private final TreeSet<String> images = new TreeSet<>();
    private final TreeMap<String, String> archives =
            new TreeMap<>(Map.of("images/pause.tar", SampleNode.PAUSE, "images/busybox.tar", SampleNode.BUSYBOX));

    public SimulatedMachine() {
        for (var program :
                List.of("iptables", "nft", "conntrack", "ip", "mount", "umount", "nsenter", "ethtool", "apt-get")) {
            host.files().put("/usr/bin/" + program, "");
        }
        host.files().put("/proc/filesystems", "nodev\tproc\nnodev\toverlay\n");
        host.files().put("/proc/sys/net/bridge/bridge-nf-call-iptables", "1\n");
        host.files().put("/proc/sys/net/ipv4/ip_forward", "0\n");
        host.files().put("/usr/lib/systemd/system/keelson-api-proxy.service", "[Service]\n");
        host.units().onRun(this::runs);
        programs();
        services();
    }

    private void programs() {
        var programs = host.programs();
        programs.succeed(List.of("uname", "-m"), "x86_64\n");
        programs.answer(List.of("/usr/lib/systemd/systemd-sysctl"), argv -> {
            host.files().put("/proc/sys/net/ipv4/ip_forward", "1\n");
            return ok("");
        });
        programs.answer(List.of("nft", "list", "table", "ip", "keelson"), argv -> masquerading());
        programs.answer(List.of("ip", "-json", "route", "show"), argv -> ok(routesAsJson()));
        programs.answer(List.of("ip", "route", "del"), argv -> {
            routes.remove(argv.get(3));
            return ok("");
        });
        for (var bundle : List.of(SampleNode.BUNDLE, "kubernetes-1.20.2-2")) {
            var release = "/opt/keelson/releases/" + bundle;
            ctr(release);
            programs.answer(List.of(release + "/bin/kubectl"), argv -> kubectl(argv.getLast()));
        }
    }

    private void ctr(String release) {
        var prefix =
                List.of(release + "/bin/ctr", "--address", "/run/containerd/containerd.sock", "--namespace", "k8s.io");
        var programs = host.programs();
        programs.answer(prefix, argv -> switch (String.join(" ", argv.subList(5, argv.size()))) {
            case "plugins ls" -> ok("io.containerd.grpc.v1    cri    linux/amd64    ok\n");
            case "images ls -q" -> ok(String.join("\n", images) + "\n");
            default -> new Result(1, "", "incorrect usage");
        });
        archives.keySet().forEach(archive -> {
            var words = List.of("images", "import", release + "/" + archive);
            programs.answer(Stream.concat(prefix.stream(), words.stream()).toList(), argv -> imported(archive));
        });
    }

    private Result imported(String archive) {
        var image = archives.get(archive);
        if (image == null) {
            return new Result(1, "", "ctr: unrecognized image format");
        }
        images.add(image);
        return ok("");
    }

    private Result kubectl(String last) {
        if (last.endsWith(".applied.yaml")) {
            var digest = host.files().text(last).replaceAll("(?s).*digest: \"([0-9a-f]+)\".*", "$1");
            host.network()
                    .answer(
                            "https://127.0.0.1:6443/api/v1/namespaces/kube-system/configmaps/keelson-addon-kubelet-access",
                            200,
                            "{\"data\":{\"digest\":\"" + digest + "\"}}");
        }
        return ok("");
    }

    private void services() {
        var network = host.network();
        network.answer(
                "http://127.0.0.1:2381/health?serializable=true&exclude=NOSPACE&exclude=CORRUPT",
                200,
                "{\"health\":\"true\",\"reason\":\"\"}");
        for (var url : List.of(
                "https://127.0.0.1:6443/readyz",
                "https://127.0.0.1:10257/healthz",
                "https://127.0.0.1:10259/healthz",
                "http://127.0.0.1:10248/healthz",
                "http://127.0.0.1:10256/healthz")) {
            network.answer(url, 200, "ok");
        }
        for (var node : List.of("cp-a", "w-1")) {
            network.answer(
                    "https://127.0.0.1:6443/api/v1/nodes/" + node,
                    200,
                    "{\"metadata\":{\"labels\":{\"node-role.kubernetes.io/control-plane\":\"\"}},\"status\":"
                            + "{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
        }
    }

    /** The images in containerd's store; whoever takes one away is the kubelet that collects it. */
    public TreeSet<String> images() {
        return images;
    }

    /** Which image is in which archive of a release; without an entry an archive is none that containerd can read. */
    public TreeMap<String, String> archives() {
        return archives;
    }

    /** The kernel's routes of the agent's protocol, gateway by network. */
    public TreeMap<String, String> routes() {
        return routes;
    }

    private String routesAsJson() {
        var entries = new ArrayList<String>();
        routes.forEach((dst, via) -> entries.add("{\"dst\":\"" + dst + "\",\"gateway\":\"" + via + "\"}"));
        return "[" + String.join(",", entries) + "]";
    }

    /** The table as the unit loads it: from the file, once the unit runs. */
    private Result masquerading() {
        return host.units()
                .state("keelson-masquerade.service")
                .filter(Units.State::running)
                .flatMap(running -> host.files().read(java.nio.file.Path.of("/etc/keelson/masquerade.nft")))
                .map(bytes -> ok(new String(bytes, StandardCharsets.UTF_8)))
                .orElseGet(() -> new Result(1, "", "No such file or directory"));
    }

    /** What a unit does when it is started. */
    public void runs(String unit) {
        if (!unit.equals("keelson-pod-routes.service")) {
            return;
        }
        host.files()
                .read(java.nio.file.Path.of("/etc/keelson/routes"))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .ifPresent(batch ->
                        batch.lines().map(line -> line.split(" ")).forEach(words -> routes.put(words[2], words[4])));
    }

    /** Runs a plan as the agent would; returns the ids of the steps that were applied, or the refusal. */
    public Outcome run(Plan plan) {
        return run(plan, host);
    }

    /** The same with an agent that has this host in its own way. */
    public Outcome run(Plan plan, Host on) {
        var applied = new ArrayList<String>();
        for (var step : plan.steps()) {
            switch (step.observe(on)) {
                case Satisfied(var evidence) -> {}
                case Refused refused -> {
                    return new Outcome(applied, Optional.of(refused));
                }
                case Needed(var gap) -> {
                    applied.add(step.id().value());
                    apply(step, on);
                }
            }
        }
        return new Outcome(applied, Optional.empty());
    }

    private void apply(Step step, Host on) {
        applyAgain(step, on);
        Finding after = step.observe(on);
        if (!(after instanceof Satisfied)) {
            throw new DidNotSettle(step.id() + " was applied, but: " + after);
        }
    }

    /** A step was applied and does not hold. */
    @SuppressWarnings("serial")
    public static final class DidNotSettle extends AssertionError {
        DidNotSettle(String what) {
            super(what);
        }
    }

    /** Applies a step without looking at the result. */
    void applyAgain(Step step) {
        applyAgain(step, host);
    }

    private void applyAgain(Step step, Host on) {
        step.apply(on, new SilentActivity());
    }

    public record Outcome(List<String> applied, Optional<Refused> refusal) {}

    private static Result ok(String out) {
        return new Result(0, out, "");
    }
}
