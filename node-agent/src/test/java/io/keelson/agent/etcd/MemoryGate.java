package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs.Result;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The packet filter of a host in memory and its connections, as far as they are about clients of the member there. */
final class MemoryGate {
    private static final Pattern REJECT =
            Pattern.compile("ip daddr @addresses tcp dport 2379 (tcp flags .*)?reject with tcp reset");

    private final MemoryHost host;
    private final String address;
    private boolean shut;
    private boolean works = true;
    private boolean ends = true;
    private final Map<String, Integer> connections = new LinkedHashMap<>();

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

    /** Who is connected, by address and port. */
    List<String> connections() {
        return List.copyOf(connections.keySet());
    }

    /** @param idle milliseconds since the client sent something; what it watches it is sent all the time */
    void connect(String client, int idle) {
        connections.put(client, idle);
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
        turn(REJECT.matcher(commands).find() && commands.contains("elements = { " + address + " timeout "));
        return new Result(0, "", "");
    }

    private Result ss(List<String> argv) {
        assertThat(argv.subList(argv.indexOf("state"), argv.size() - 1)).containsExactly("state", "established");
        var whose = argv.getLast();
        assertThat(whose).startsWith("src " + address + " and sport = :2379");
        if (argv.contains("--kill")) {
            boolean all = !whose.contains("dst");
            connections.keySet().removeIf(client -> ends && (all || (whose + " ").contains("dst " + client + " ")));
            return new Result(0, "", "");
        }
        var lines = new StringBuilder();
        connections.forEach(
                (client, idle) -> lines.append("0      0          %s:2379       %s    cubic wscale:7,7 rto:204 %s"
                        .formatted(address, client, since(idle))));
        return new Result(0, lines.toString(), "");
    }

    /** Zeros are left out. */
    private static String since(int idle) {
        return "lastsnd:1 " + (idle == 0 ? "" : "lastrcv:" + idle + " ") + "lastack:4 pacing_rate 5Gbps\n";
    }

    private void turn(boolean away) {
        shut = away;
        host.memoryEtcd().keepAway(address, away);
    }
}
