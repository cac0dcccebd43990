package io.keelson.agent.etcd;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs.Result;
import java.util.List;

/** The packet filter of a host in memory, as far as it turns clients of the member there away. */
final class MemoryCordon {
    private static final String REJECT = "ip daddr @addresses tcp dport 2379 reject with tcp reset";

    private final MemoryHost host;
    private final String address;
    private boolean up;
    private boolean works = true;

    MemoryCordon(MemoryHost host, String address) {
        this.host = host;
        this.address = address;
        host.memoryEtcd().onHostOf(address);
        host.programs().answer(List.of("nft"), this::nft);
        host.programs().succeed(List.of("ss"), "");
    }

    /** Whether they are turned away. */
    boolean isUp() {
        return up;
    }

    /** The kernel takes nothing any more. */
    void breaks() {
        works = false;
    }

    /** Its time is over, or the host was booted. */
    void ends() {
        turn(false);
    }

    private Result nft(List<String> argv) {
        if (argv.equals(List.of("nft", "list", "table", "inet", Cordon.TABLE))) {
            return new Result(up ? 0 : 1, "", "");
        }
        var commands = argv.getLast();
        if (!works) {
            return new Result(1, "", "Error: Could not process rule: Operation not supported\nsee above");
        }
        turn(commands.contains(REJECT) && commands.contains("elements = { " + address + " timeout "));
        return new Result(0, "", "");
    }

    private void turn(boolean away) {
        up = away;
        host.memoryEtcd().turnAway(address, away);
    }
}
