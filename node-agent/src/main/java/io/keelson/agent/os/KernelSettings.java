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
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Kernel settings of a node: they hold now, and a file sets them again at every boot.
 *
 * @param settings value by name, such as {@code net.ipv4.ip_forward}
 */
public record KernelSettings(Map<String, String> settings) implements Step {
    /** Sets them at boot. */
    public static final Path FILE = Path.of("/etc/sysctl.d/90-keelson.conf");

    /** Part of systemd, so on every host that the agent runs on. */
    private static final String APPLY = "/usr/lib/systemd/systemd-sysctl";

    private static final Duration LIMIT = Duration.ofSeconds(30);

    public KernelSettings {
        settings = Map.copyOf(settings);
    }

    /** What pods on a bridge and Services need. */
    public static KernelSettings forNodes() {
        return new KernelSettings(Map.of(
                "net.ipv4.ip_forward", "1",
                "net.bridge.bridge-nf-call-iptables", "1"));
    }

    @Override
    public StepId id() {
        return new StepId("os.kernel-settings");
    }

    @Override
    public String title() {
        return "set kernel settings";
    }

    @Override
    public Finding observe(Host host) {
        var gap = gap(host);
        if (!gap.isEmpty()) {
            return new Needed(gap);
        }
        return file().isOn(host) ? new Satisfied(text()) : new Needed(FILE + " missing or different");
    }

    @Override
    public void apply(Host host, Activity activity) {
        file().write(host);
        if (gap(host).isEmpty()) {
            return;
        }
        var result = host.programs().run(List.of(APPLY, FILE.toString()), LIMIT);
        var gap = gap(host);
        if (!gap.isEmpty()) {
            throw Problem.error(
                            ProblemCode.HOST_PREREQUISITE_MISSING,
                            "the kernel does not take a setting: " + gap
                                    + (result.err().isBlank()
                                            ? ""
                                            : " (" + result.err().strip() + ")"),
                            Remedy.advise("Find out what holds the setting.", "sysctl --load " + FILE))
                    .asException();
        }
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> host.files().remove(FILE));
    }

    private HostFile file() {
        return HostFile.text(FILE, text().replace(", ", "\n") + "\n");
    }

    private String text() {
        return new TreeMap<>(settings)
                .entrySet().stream()
                        .map(setting -> setting.getKey() + " = " + setting.getValue())
                        .collect(Collectors.joining(", "));
    }

    private String gap(Host host) {
        return new TreeMap<>(settings)
                .entrySet().stream()
                        .filter(setting -> !setting.getValue().equals(now(host, setting.getKey())))
                        .map(setting -> setting.getKey() + " is '" + now(host, setting.getKey()) + "', not "
                                + setting.getValue())
                        .collect(Collectors.joining(", "));
    }

    private static String now(Host host, String name) {
        return host.files()
                .read(Path.of("/proc/sys", name.replace('.', '/')))
                .map(value -> new String(value, StandardCharsets.UTF_8).strip())
                .orElse("");
    }
}
