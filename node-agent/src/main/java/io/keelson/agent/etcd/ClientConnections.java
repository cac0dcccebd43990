package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Network.Connection;
import io.keelson.agent.plan.Pacer;
import io.keelson.fleet.EtcdMember;
import java.time.Duration;

/**
 * Connections of clients to the member on this host. Those by 127.0.0.1 are not meant.
 *
 * <p>A write that is under way when its connection ends has no answer, and whoever made it cannot know what became of it. A read is asked
 * for again by etcd's own client (clientv3, retry_interceptor.go), and a watch goes on at another member.
 */
record ClientConnections(Host host, EtcdMember own, Pacer pacer) {
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** From what a member reads to what it counts as pending, and from there to its answer on the wire. */
    private static final Duration MARGIN = Duration.ofMillis(10);

    /** What was asked before is answered, unless something is wrong. */
    private static final Duration ANSWERED = Duration.ofSeconds(1);

    /**
     * Ends them, while the member has no write pending; after two seconds all that are left.
     *
     * @return how many could not be ended
     * @throws java.io.UncheckedIOException if the kernel does not list them
     */
    int end() {
        long began = pacer.nanos();
        while (pacer.nanos() - began < LIMIT.toNanos()) {
            long asked = pacer.nanos();
            boolean none = MetricsPage.pendingProposals(host).stream().anyMatch(pending -> pending == 0);
            // Whoever has sent something since then may have something pending by now.
            var silence = none ? MARGIN.plusNanos(pacer.nanos() - asked) : ANSWERED;
            if (reset(silence) == 0) {
                return 0;
            }
            pacer.pauseWhile(LOOK, "clients of the etcd member were sent away");
        }
        return host.network()
                .reset(own.address().value(), own.clientPort(), each -> true)
                .size();
    }

    /** Those whose clients have asked for nothing for that long. What a client watches it is told still. */
    private int reset(Duration silence) {
        return host.network()
                .reset(own.address().value(), own.clientPort(), each -> isIdle(each, silence))
                .size();
    }

    private static boolean isIdle(Connection connection, Duration since) {
        return connection.unread() == 0
                && connection.unsent() == 0
                && connection.silence().compareTo(since) >= 0;
    }
}
