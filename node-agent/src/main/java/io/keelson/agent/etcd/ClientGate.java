package io.keelson.agent.etcd;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Pacer;
import io.keelson.fleet.EtcdMember;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/**
 * Keeps clients away from the member on this host, by the packet filter: what comes for its client port at the host's own address
 * is reset, so that they go to the other members at once. The member goes on behind it: its peers are not meant, and who is on
 * the host reaches it by 127.0.0.1 ({@link EtcdLayout#inside}).
 *
 * <p>It lives in the kernel alone. There it ends by itself in time (nft(8), timeouts of a set's elements), whatever becomes of the
 * agent, and with a boot.
 */
final class ClientGate implements AutoCloseable {
    /** Of the family inet; holds nothing else. */
    static final String TABLE = "keelson_etcd";

    /** Longer than a defragmentation is waited for, and shorter than its turn. */
    static final Duration LONGEST = Etcd.DEFRAGMENTATION.plusMinutes(1);

    private static final System.Logger LOG = System.getLogger("keelson.etcd");
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final String NO_TABLE = "add table inet %1$s; delete table inet %1$s".formatted(TABLE);

    /** What begins a connection. */
    private static final String NEW = "tcp flags & (syn | ack) == syn ";

    /** How nft lists a set that holds something. */
    private static final String HOLDS = "elements = {";

    private final Host host;
    private final EtcdMember own;
    private final EtcdLayout layout;

    private ClientGate(Host host, EtcdMember own, EtcdLayout layout) {
        this.host = host;
        this.own = own;
        this.layout = layout;
    }

    /**
     * Keeps them away, also those that are connected.
     *
     * @throws io.keelson.problem.ProblemException HOST_STEP_FAILED if the kernel does not take the rule
     */
    static ClientGate shut(Host host, EtcdMember own, EtcdLayout layout, Pacer pacer) {
        var gate = new ClientGate(host, own, layout);
        try {
            // First nobody comes in, then those who are there go, each when it has no write under way.
            filter(host, NO_TABLE + "\n" + gate.table(NEW));
            gate.end(new ClientConnections(host, own, pacer));
            filter(host, NO_TABLE + "\n" + gate.table(""));
            return gate;
        } catch (RuntimeException | Error e) {
            try (gate) {
                throw e;
            }
        }
    }

    /** What could not be ended is reset then, at its next call. */
    private void end(ClientConnections connections) {
        try {
            int left = connections.end();
            if (left > 0) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0} connections of the etcd member''s clients could not be ended; the next call on each of them"
                                + " will fail",
                        left);
            }
        } catch (UncheckedIOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the next call of each of the etcd member''s clients will fail: {0}: {1}",
                    e.getMessage(),
                    e.getCause());
        }
    }

    private String table(String which) {
        return """
                table inet %s {
                  set addresses {
                    type ipv4_addr; flags timeout;
                    elements = { %s timeout %ds }
                  }
                  chain input {
                    type filter hook input priority -10; policy accept;
                    ip daddr @addresses tcp dport %d %sreject with tcp reset
                  }
                }
                """.formatted(TABLE, own.address(), LONGEST.toSeconds(), own.clientPort(), which);
    }

    /**
     * Lets them in again. An agent that was told to end does so only if the member is done: it would hold their calls, and whoever
     * runs next lets them in ({@link OpenClientGate}).
     *
     * @throws io.keelson.problem.ProblemException HOST_STEP_FAILED
     */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted(); // no program can be run in an interrupted thread
        try {
            if (!interrupted || !Upkeep.isDefragmenting(host, layout)) {
                open(host);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether clients are kept away, by whatever agent. */
    static boolean isShut(Host host) {
        var listed = host.programs().run(List.of("nft", "list", "table", "inet", TABLE), LIMIT);
        return listed.ok() && listed.out().contains(HOLDS);
    }

    /** Lets clients in again; they may be in. @throws io.keelson.problem.ProblemException HOST_STEP_FAILED */
    static void open(Host host) {
        filter(host, NO_TABLE);
    }

    private static void filter(Host host, String commands) {
        var result = host.programs().run(List.of("nft", commands), LIMIT);
        if (!result.ok()) {
            throw Problem.error(
                            ProblemCode.HOST_STEP_FAILED,
                            "the packet filter does not take what is about clients of the etcd member: "
                                    + result.err().strip().lines().findFirst().orElse("status " + result.exit()),
                            Remedy.advise(
                                    "See what the kernel's packet filter says; the agent tries again by itself.",
                                    "nft list ruleset"))
                    .asException();
        }
    }
}
