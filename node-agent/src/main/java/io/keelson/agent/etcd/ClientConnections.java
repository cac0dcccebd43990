package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Network.Connection;
import io.keelson.agent.plan.Pacer;
import io.keelson.fleet.EtcdMember;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Connections of clients to the member on this host. Those by 127.0.0.1 are not meant.
 *
 * <p>A write that is under way when its connection ends has no answer, and whoever made it cannot know what became of it. A read is asked
 * for again by etcd's own client (clientv3, retry_interceptor.go), and a watch goes on at another member.
 */
record ClientConnections(Host host, EtcdMember own, Pacer pacer) {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** From what came on a connection to what its member counts as pending; and the kernel counts time in steps of up to 10 ms. */
    private static final Duration MARGIN = Duration.ofMillis(20);

    /** From when a write counts as pending no more to its answer on the wire, on a busy host. */
    private static final Duration ON_THE_WIRE = Duration.ofMillis(20);

    /** What was asked before is answered, unless something is wrong. */
    private static final Duration ANSWERED = Duration.ofSeconds(1);

    /**
     * Ends them, while the member has no write pending; after two seconds all that are left.
     *
     * @return how many could not be ended
     * @throws java.io.UncheckedIOException if the kernel does not list them
     */
    int end() {
        // Also since the first time takes longer than any other.
        if (reset(each -> false) == 0) {
            return 0;
        }
        long began = pacer.nanos();
        while (pacer.nanos() - began < LIMIT.toNanos()) {
            long asked = pacer.nanos();
            boolean none = MetricsPage.pendingProposals(host).stream().anyMatch(pending -> pending == 0);
            pacer.pauseWhile(ON_THE_WIRE, "clients of the etcd member were sent away");
            // Whoever has sent something since then may have something pending by now, when the kernel says so.
            if (reset(each -> isIdle(each, none ? MARGIN.plusNanos(pacer.nanos() - asked) : ANSWERED)) == 0) {
                return 0;
            }
        }
        return reset(each -> true);
    }

    /** How many are left. */
    private int reset(Predicate<Connection> which) {
        return host.network()
                .reset(own.address().value(), own.clientPort(), which)
                .size();
    }

    /** Whether the client has asked for nothing for that long. What it watches it is told still. */
    private static boolean isIdle(Connection connection, Duration since) {
        return connection.unread() == 0
                && connection.unsent() == 0
                && connection.silence().compareTo(since) >= 0;
    }
}
