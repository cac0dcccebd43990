package io.keelson.agent.etcd;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Host;
import io.keelson.agent.host.Programs;
import io.keelson.fleet.EtcdMember;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.time.Duration;
import java.util.List;

/**
 * The clients of the member on this host are turned away, by the packet filter: what comes for its client port at the host's own
 * address is reset, so that they go to the other members at once. The member goes on beside it: its peers are not meant, and who
 * is on the host reaches it by 127.0.0.1.
 *
 * <p>It lives in the kernel alone. There it ends by itself in time (nft(8), timeouts of a set's elements), whatever becomes of the
 * agent, and with a boot.
 */
final class Cordon implements AutoCloseable {
    /** Of the family inet; holds nothing else. */
    static final String TABLE = "keelson_etcd";

    /** Longer than a defragmentation is waited for. */
    static final Duration LONGEST = Etcd.DEFRAGMENTATION.plusMinutes(2);

    private static final System.Logger LOG = System.getLogger("keelson.etcd");
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final String FRESH = "add table inet %1$s; delete table inet %1$s".formatted(TABLE);

    private final Host host;
    private final EtcdMember own;
    private final EtcdLayout layout;

    private Cordon(Host host, EtcdMember own, EtcdLayout layout) {
        this.host = host;
        this.own = own;
        this.layout = layout;
    }

    /**
     * Turns them away, also those that are connected.
     *
     * @throws io.keelson.problem.ProblemException HOST_STEP_FAILED if the kernel does not take the rule; nothing is changed then
     */
    static Cordon around(Host host, EtcdMember own, EtcdLayout layout) {
        run(host, FRESH + "\n" + """
                table inet %s {
                  set addresses {
                    type ipv4_addr; flags timeout;
                    elements = { %s timeout %ds }
                  }
                  chain input {
                    type filter hook input priority -10; policy accept;
                    ip daddr @addresses tcp dport %d reject with tcp reset
                  }
                }
                """.formatted(TABLE, own.address(), LONGEST.toSeconds(), own.clientPort()));
        var cordon = new Cordon(host, own, layout);
        cordon.disconnect();
        return cordon;
    }

    /**
     * A connection on which nothing is sent just now would be found to be dead by the next call, which may be a write. Where the
     * kernel cannot end it (CONFIG_INET_DIAG_DESTROY), that is what happens.
     */
    private void disconnect() {
        var ended = host.programs()
                .run(
                        List.of(
                                "ss",
                                "--kill",
                                "--no-header",
                                "--tcp",
                                "--numeric",
                                "src %s and sport = :%d".formatted(own.address(), own.clientPort())),
                        LIMIT);
        if (!ended.ok()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "connections of the etcd member''s clients were not ended: {0}",
                    ended.err().strip());
        }
    }

    /** How the member is asked meanwhile: etcd listens there as well, with the same certificate. */
    Etcd.Member inside() {
        return new Etcd.Member("https://127.0.0.1:" + own.clientPort(), layout.tls());
    }

    /** Lets them in again. @throws io.keelson.problem.ProblemException HOST_STEP_FAILED */
    @Override
    public void close() {
        lift(host);
    }

    /** Whether clients are turned away, by whatever agent. */
    static boolean isUp(Host host) {
        return host.programs()
                .run(List.of("nft", "list", "table", "inet", TABLE), LIMIT)
                .ok();
    }

    /** Lets clients in again; they may be in. @throws io.keelson.problem.ProblemException HOST_STEP_FAILED */
    static void lift(Host host) {
        run(host, FRESH);
    }

    private static void run(Host host, String commands) {
        Programs.Result result = host.programs().run(List.of("nft", commands), LIMIT);
        if (!result.ok()) {
            throw Problem.error(
                            ProblemCode.HOST_STEP_FAILED,
                            "the packet filter did not take what is to turn away clients of the etcd member: "
                                    + result.err().strip().lines().findFirst().orElse("status " + result.exit()),
                            Remedy.advise(
                                    "See what the kernel's packet filter says; the agent tries again by itself.",
                                    "nft list ruleset"))
                    .asException();
        }
    }
}
