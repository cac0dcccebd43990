package io.keelson.agent.network;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Programs;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.fleet.Cidr;
import io.keelson.release.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Lets pods reach addresses outside the cluster: what leaves the pod network carries the node's own address, for
 * nobody out there has a route back to a pod. One nftables table of the agent's own, replaced as a whole, which comes
 * back at boot by a unit that needs no agent.
 *
 * @param own the node's part of the pod network
 * @param pods the whole of it; traffic within it is left alone
 */
public record Masquerade(Cidr own, Cidr pods) implements Step {
    /** The unit that loads the table at boot. */
    public static final String UNIT = "keelson-masquerade.service";

    /** What the unit loads. */
    public static final Path RULES = Path.of("/etc/keelson/masquerade.nft");

    private static final List<String> TABLE = List.of("ip", "keelson");
    private static final Duration LIMIT = Duration.ofSeconds(15);

    @Override
    public StepId id() {
        return new StepId("network.masquerade");
    }

    @Override
    public String title() {
        return "let pods of " + own + " reach addresses outside " + pods;
    }

    @Override
    public Finding observe(Host host) {
        var gap = boot().gap(host);
        if (gap.isPresent()) {
            return new Needed(gap.get());
        }
        var loaded = nft(host, "list");
        return loaded.ok() && loaded.out().contains(mark())
                ? new Satisfied("the table is in the kernel and for the next boot")
                : new Needed("the kernel's table is missing or different");
    }

    @Override
    public void apply(Host host, Activity activity) {
        boot().apply(host);
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> {
            if (nft(host, "list").ok()) {
                nft(host, "delete");
            }
            boot().remove(host);
        });
    }

    private static Programs.Result nft(Host host, String verb) {
        return host.programs().run(List.of("nft", verb, "table", TABLE.getFirst(), TABLE.getLast()), LIMIT);
    }

    private String rule() {
        return "ip saddr " + own + " ip daddr != " + pods + " masquerade";
    }

    /** What the kernel keeps of the rule beside it, to tell it from another one without reading nft's notation. */
    private String mark() {
        return "keelson " + Digest.of(rule().getBytes(StandardCharsets.UTF_8)).abbreviated();
    }

    private HostFile rules() {
        var table = "table " + String.join(" ", TABLE);
        // The first line makes the second possible where there is no table yet; all of it is one transaction.
        return HostFile.text(RULES, """
                # Written by keelson-agent; changes made here are lost.
                %1$s
                delete %1$s
                %1$s {
                  chain postrouting {
                    type nat hook postrouting priority 100; policy accept;
                    %2$s comment "%3$s"
                  }
                }
                """.formatted(table, rule(), mark()));
    }

    private BootUnit boot() {
        var unit = BootUnit.before(
                UNIT, "Lets pods reach addresses outside the cluster", List.of("nft", "-f", RULES.toString()));
        return new BootUnit(unit, rules());
    }
}
