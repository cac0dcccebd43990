package io.keelson.agent.os;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Kernel features of containers: overlay file systems, and packet filtering on bridges. The features are looked at,
 * not the modules: they may be built in, or loaded by the machine around a container that has no {@code modprobe}.
 */
public record KernelModules() implements Step {
    /** Loads them at boot. */
    public static final Path FILE = Path.of("/etc/modules-load.d/keelson.conf");

    private static final HostFile AT_BOOT = HostFile.text(FILE, "overlay\nbr_netfilter\n");
    private static final Path FILE_SYSTEMS = Path.of("/proc/filesystems");
    private static final Path BRIDGE_FILTER = Path.of("/proc/sys/net/bridge/bridge-nf-call-iptables");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public StepId id() {
        return new StepId("os.kernel-modules");
    }

    @Override
    public String title() {
        return "load kernel modules";
    }

    @Override
    public Finding observe(Host host) {
        var missing = missing(host);
        if (!missing.isEmpty()) {
            return new Needed("kernel without " + String.join(", ", missing));
        }
        return AT_BOOT.isOn(host)
                ? new Satisfied("overlay and br_netfilter are there, also after a reboot")
                : new Needed(AT_BOOT.path() + " missing or different");
    }

    @Override
    public void apply(Host host, Activity activity) {
        AT_BOOT.write(host);
        var missing = missing(host);
        if (missing.isEmpty()) {
            return;
        }
        var words = missing.stream()
                .map(module -> host.programs().run(List.of("modprobe", module), LIMIT))
                .map(result -> result.err().strip())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
        var still = missing(host);
        if (!still.isEmpty()) {
            throw Problem.error(
                            ProblemCode.HOST_PREREQUISITE_MISSING,
                            "the kernel has no " + String.join(", ", still)
                                    + (words.isEmpty() ? "" : " (" + words + ")"),
                            Remedy.advise(
                                    "Install the kernel's modules, or load them on the machine around this host.",
                                    "modprobe --all " + String.join(" ", still)))
                    .asException();
        }
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> host.files().remove(AT_BOOT.path()));
    }

    private static List<String> missing(Host host) {
        boolean overlay = host.files()
                .read(FILE_SYSTEMS)
                .filter(text -> new String(text, StandardCharsets.UTF_8)
                        .lines()
                        .anyMatch(line -> line.strip().endsWith("overlay")))
                .isPresent();
        boolean bridgeFilter = host.files().exists(BRIDGE_FILTER);
        return Stream.of(overlay ? "" : "overlay", bridgeFilter ? "" : "br_netfilter")
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
