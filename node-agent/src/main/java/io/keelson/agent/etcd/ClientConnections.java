package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Network.Connection;
import io.keelson.agent.plan.Pacer;
import io.keelson.fleet.EtcdMember;
import java.time.Duration;

/** Connections of clients to the member on this host. Those by 127.0.0.1 are not meant. */
record ClientConnections(Host host, EtcdMember own, Pacer pacer) {
    /** A call is answered in less than that, unless something is wrong. */
    private static final Duration IDLE = Duration.ofMillis(50);

    private static final Duration LOOK = Duration.ofMillis(20);

    /** Whoever asks that often is never idle for long: so many looks later a quarter of it is enough. */
    private static final int BUSY = 15;

    private static final int LOOKS = 30;

    /**
     * Ends them, each of them while it is idle; after half a second the rest. A call that is under way when its connection ends has no
     * answer, and whoever made it cannot know what became of it.
     *
     * @return how many could not be ended
     * @throws java.io.UncheckedIOException if the kernel does not list them
     */
    int end() {
        for (int look = 0; look < LOOKS; look++) {
            var idle = look < BUSY ? IDLE : IDLE.dividedBy(4);
            if (host.network()
                    .reset(own.address().value(), own.clientPort(), each -> isIdle(each, idle))
                    .isEmpty()) {
                return 0;
            }
            pacer.pauseWhile(LOOK, "clients of the etcd member were sent away");
        }
        return host.network()
                .reset(own.address().value(), own.clientPort(), each -> true)
                .size();
    }

    /** Whether the client has asked for nothing for a while: what it had asked for is answered. What it watches is told still. */
    private static boolean isIdle(Connection connection, Duration since) {
        return connection.unread() == 0
                && connection.unsent() == 0
                && connection.silence().compareTo(since) >= 0;
    }
}
