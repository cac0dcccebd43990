package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Pacer;
import io.keelson.fleet.EtcdMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Connections of clients to the member on this host, as the kernel knows them (ss(8)). Those by 127.0.0.1 are not meant. */
record ClientConnections(Host host, EtcdMember own, Pacer pacer) {
    private static final System.Logger LOG = System.getLogger("keelson.etcd");

    /** A call is answered in less than that, unless something is wrong. */
    private static final int IDLE_MILLIS = 50;

    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int LOOKS = 12;
    private static final Duration LIMIT = Duration.ofSeconds(15);

    /** Bytes that were not read and not acknowledged, both ends, and what {@code --info} tells. */
    private static final Pattern LINE = Pattern.compile("\\s*(\\d+)\\s+(\\d+)\\s+\\S+\\s+(\\S+:\\d+)\\s(.*)");

    private static final Pattern SINCE = Pattern.compile("\\blastrcv:(\\d+)");

    /** @param idle whether the client has asked for nothing for a while: what it had asked for is answered. What it watches is told still */
    private record Connection(String client, boolean idle) {}

    /**
     * Ends them, each of them while it is idle; after half a second the rest. A call that is under way when its connection ends has no
     * answer, and whoever made it cannot know what became of it.
     *
     * @return how many could not be ended: ss says nothing where the kernel does not do that (CONFIG_INET_DIAG_DESTROY)
     */
    int end() {
        for (int look = 0; look < LOOKS; look++) {
            var found = established();
            if (found.isEmpty()) {
                return 0;
            }
            var idle = found.stream().filter(Connection::idle).toList();
            if (!idle.isEmpty()) {
                end(" and ( "
                        + idle.stream().map(each -> "dst " + each.client()).collect(Collectors.joining(" or "))
                        + " )");
            }
            pacer.pauseWhile(LOOK, "clients of the etcd member were sent away");
        }
        end("");
        return established().size();
    }

    private void end(String whose) {
        var unused = ss(whose, "--kill");
    }

    private List<Connection> established() {
        return ss("", "--info", "--oneline")
                .lines()
                .filter(line -> !line.isBlank())
                .map(ClientConnections::connection)
                .toList();
    }

    /** One that ss tells otherwise than is known here is never idle, and ended with the rest. */
    private static Connection connection(String text) {
        var line = LINE.matcher(text);
        return line.matches()
                ? new Connection(
                        line.group(3),
                        line.group(1).equals("0") && line.group(2).equals("0") && isIdle(line.group(4)))
                : new Connection("", false);
    }

    /** What came within this millisecond is not told. */
    private static boolean isIdle(String info) {
        var since = SINCE.matcher(info);
        return since.find() && Long.parseLong(since.group(1)) >= IDLE_MILLIS;
    }

    private String ss(String whose, String... options) {
        var command = new ArrayList<>(List.of("ss", "--no-header", "--tcp", "--numeric"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "state", "established", "src %s and sport = :%d".formatted(own.address(), own.clientPort()) + whose));
        var result = host.programs().run(command, LIMIT);
        if (!result.ok()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "connections of the etcd member''s clients are not known, and reset at the next call on each: {0}",
                    result.err().strip());
        }
        return result.out();
    }
}
