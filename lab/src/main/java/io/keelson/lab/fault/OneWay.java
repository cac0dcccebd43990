package io.keelson.lab.fault;

import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A host that hears others and is not heard by them, on one TCP port: what it sends there is dropped on its way out, both as
 * client and as server, and counted. Over when this is closed, or at a reboot.
 */
public final class OneWay implements AutoCloseable {
    private final LabHost from;
    private final List<LabHost> to;
    private final int port;

    private OneWay(LabHost from, List<LabHost> to, int port) {
        this.from = from;
        this.to = List.copyOf(to);
        this.port = port;
    }

    /** From one host to others. */
    public static OneWay from(LabHost from, List<LabHost> to, int port) {
        var fault = new OneWay(from, to, port);
        fault.rules("-I");
        return fault;
    }

    /** Returns when so many packets have been dropped since the fault began. */
    public void awaitDropped(long packets, Duration atMost) {
        Awaitility.await(packets + " packets of " + from.name() + " are dropped")
                .atMost(atMost)
                .until(() -> dropped() >= packets);
    }

    /** How many packets were dropped since the fault began. */
    public long dropped() {
        var counters = from.mustShell("iptables -w -t mangle -L OUTPUT -v -x -n");
        var lines = counters.lines()
                .filter(line -> line.contains("DROP") && line.contains("pt:" + port))
                .toList();
        if (lines.size() != 2 * to.size()) {
            throw new LabException("rules of " + from.name() + " are not there:\n" + counters);
        }
        return lines.stream()
                .mapToLong(line -> Long.parseLong(line.strip().split(" +", 2)[0]))
                .sum();
    }

    private void rules(String action) {
        for (var other : to) {
            for (var side : List.of("--dport", "--sport")) {
                from.mustShell("iptables -w -t mangle " + action + " OUTPUT -d " + other.address() + " -p tcp " + side
                        + " " + port + " -j DROP");
            }
        }
    }

    @Override
    public void close() {
        rules("-D");
    }
}
