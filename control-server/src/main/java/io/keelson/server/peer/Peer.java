package io.keelson.server.peer;

import io.grpc.Context;
import io.keelson.fleet.HostId;
import java.security.PublicKey;
import java.time.Instant;

/**
 * The host at the other end of a connection, as its TLS session shows it.
 *
 * @param key of its client certificate
 * @param expires when that certificate's time is over; may have passed in the call that renews it
 */
public record Peer(HostId host, PublicKey key, Instant expires) {
    private static final Context.Key<Peer> KEY = Context.key("keelson-peer");

    /** The peer of the call that is being served. */
    public static Peer current() {
        var peer = KEY.get();
        if (peer == null) {
            throw new IllegalStateException("a service of the agents' port runs without its interceptor");
        }
        return peer;
    }

    Context attach() {
        return Context.current().withValue(KEY, this);
    }

    /** The host as the audit log names it. */
    public String actor() {
        return "host:" + host;
    }
}
