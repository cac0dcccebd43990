package io.keelson.agent.leave;

import io.keelson.agent.host.Files;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.StepId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The chains of kube-proxy, the kubelet and the pod network's plugins with all rules that lead to them, and the nftables tables of
 * theirs and of the agent's own. Rules of others stay, in their order: each table is changed by one transaction that names what
 * goes, not replaced by what is to stay.
 */
record PacketFilter() implements Trace {
    private static final List<String> FAMILIES = List.of("iptables", "ip6tables");
    private static final Set<String> TABLES = Set.of(
            "table ip keelson",
            "table ip kube-proxy",
            "table ip6 kube-proxy",
            "table inet cni_hostport",
            "table inet cni_plugins_masquerade");
    private static final Path PROXY = Path.of("/opt/keelson/current/bin/kube-proxy");
    private static final Path BATCH = NodeData.SCRATCH.resolve("rules");
    private static final List<String> LIST_TABLES = List.of("nft", "list", "tables");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int NOT_FOUND = 127;

    @Override
    public StepId id() {
        return new StepId("leave.packet-filter");
    }

    @Override
    public String title() {
        return "remove the cluster's packet filter rules";
    }

    @Override
    public List<String> left(Host host) {
        return Stream.concat(
                        FAMILIES.stream()
                                .flatMap(family -> IptablesRules.parse(saved(host, family)).stream()
                                        .flatMap(table -> table.owned().stream()
                                                .map(what -> family + " " + table.name() + " " + what))),
                        tables(host).stream())
                .toList();
    }

    @Override
    public void remove(Host host, Activity activity) {
        if (host.files().exists(PROXY)) {
            // Knows of virtual servers in the kernel, which are no rules. What it leaves is removed below.
            var cleaned = host.programs().run(List.of(PROXY.toString(), "--cleanup"), LIMIT);
            activity.progress("kube-proxy --cleanup ended with " + cleaned.exit());
        }
        for (var family : FAMILIES) {
            for (var table : IptablesRules.parse(saved(host, family))) {
                if (!table.owned().isEmpty()) {
                    restore(host, family, table);
                }
            }
        }
        for (var table : tables(host)) {
            var argv = new ArrayList<>(List.of("nft", "delete"));
            argv.addAll(List.of(table.split(" ")));
            var unused = Leftovers.output(host.programs().run(argv, LIMIT), argv);
        }
    }

    private static void restore(Host host, String family, IptablesRules table) {
        host.files().write(BATCH, table.removal().getBytes(StandardCharsets.UTF_8), Files.Access.SECRET);
        var argv = List.of(family + "-restore", "--noflush", "--wait=10", BATCH.toString());
        var unused = Leftovers.output(host.programs().run(argv, LIMIT), argv);
    }

    /** All tables of a family; nothing where the host has no such program, or the kernel no such protocol. */
    private static String saved(Host host, String family) {
        if (family.startsWith("ip6") && !host.files().exists(Path.of("/proc/sys/net/ipv6"))) {
            return "";
        }
        var argv = List.of(family + "-save");
        var result = host.programs().run(argv, LIMIT);
        return result.exit() == NOT_FOUND ? "" : Leftovers.output(result, argv);
    }

    private static List<String> tables(Host host) {
        return Leftovers.output(host.programs().run(LIST_TABLES, LIMIT), LIST_TABLES)
                .lines()
                .map(String::strip)
                .filter(TABLES::contains)
                .toList();
    }
}
