package io.keelson.agent.etcd;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Network.Connection;
import io.keelson.agent.host.Network.Response;
import io.keelson.agent.host.Programs.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The packet filter of a host in memory, as far as it is about clients of the member there, and their connections. */
final class MemoryGate {
    private static final Pattern REJECT =
            Pattern.compile("ip daddr @addresses tcp dport 2379 (tcp flags .*)?reject with tcp reset");

    private final MemoryHost host;
    private final String address;
    private boolean shut;
    private boolean works = true;
    private String page = "";
    private Runnable whileAsked = () -> {};

    MemoryGate(MemoryHost host, String address) {
        this.host = host;
        this.address = address;
        host.memoryEtcd().onHostOf(address);
        host.programs().answer(List.of("nft"), this::nft);
        pending("0");
        host.network().answer(EtcdPlanner.METRICS_URL + "/metrics", () -> {
            whileAsked.run();
            return Optional.of(new Response(200, page));
        });
    }

    /** Whether they are kept away. */
    boolean isShut() {
        return shut;
    }

    /** Who is connected, by address and port. */
    List<String> connections() {
        return host.network().connected();
    }

    /** @param idle milliseconds since the client sent something; what it watches it is sent all the time */
    void connect(String client, int idle) {
        connect(new Connection(client, 0, 0, Duration.ofMillis(idle)));
    }

    void connect(Connection connection) {
        host.network().connect(address, MemberMachine.OWN.clientPort(), connection);
    }

    /** @param writes of its clients that the member says it has not answered */
    void pending(String writes) {
        says("etcd_server_has_leader 1\netcd_server_proposals_pending " + writes + "\n");
    }

    /** Its page of metrics. */
    void says(String metrics) {
        page = metrics;
    }

    /** What happens between the question how many these are and its answer. */
    void whileAsked(Runnable happens) {
        whileAsked = happens;
    }

    /** The kernel takes no rule any more. */
    void breaks() {
        works = false;
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

    private void turn(boolean away) {
        shut = away;
        host.memoryEtcd().keepAway(address, away);
    }
}
