package io.keelson.agent.etcd;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs.Result;
import java.util.List;

/** The packet filter of a host in memory and its connections, as far as they are about clients of the member there. */
final class MemoryGate {
    private static final String REJECT = "ip daddr @addresses tcp dport 2379 reject with tcp reset";

    private final MemoryHost host;
    private final String address;
    private boolean shut;
    private boolean works = true;
    private boolean ends = true;
    private int connections = 2;

    MemoryGate(MemoryHost host, String address) {
        this.host = host;
        this.address = address;
        host.memoryEtcd().onHostOf(address);
        host.programs().answer(List.of("nft"), this::nft);
        host.programs().answer(List.of("ss"), this::ss);
    }

    /** Whether they are kept away. */
    boolean isShut() {
        return shut;
    }

    /** How many of them are connected. */
    int connections() {
        return connections;
    }

    /** The kernel takes no rule any more. */
    void breaks() {
        works = false;
    }

    /** It cannot end connections; ss does not say so, and ends with 0. */
    void keepsConnections() {
        ends = false;
    }

    /** Its time is over, or the host was booted. */
    void opens() {
        turn(false);
    }

    private Result nft(List<String> argv) {
        if (argv.equals(List.of("nft", "list", "table", "inet", ClientGate.TABLE))) {
            return shut
                    ? new Result(0, "elements = { " + address + " timeout 31m expires 30m }", "")
                    : new Result(1, "", "Error: No such file or directory");
        }
        if (!works) {
            return new Result(1, "", "Error: Could not process rule: Operation not supported\nsee above");
        }
        var commands = argv.getLast();
        turn(commands.contains(REJECT) && commands.contains("elements = { " + address + " timeout "));
        return new Result(0, "", "");
    }

    private Result ss(List<String> argv) {
        if (argv.contains("--kill") && ends) {
            connections = 0;
        }
        return new Result(0, "0 0 192.0.2.1:2379 192.0.2.9:40000\n".repeat(connections), "");
    }

    private void turn(boolean away) {
        shut = away;
        host.memoryEtcd().keepAway(address, away);
    }
}
