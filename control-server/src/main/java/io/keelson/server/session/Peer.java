package io.keelson.server.session;

import io.grpc.Context;
import io.keelson.fleet.HostId;
import java.security.PublicKey;

/**
 * The host at the other end of a connection, as its TLS session shows it.
 *
 * @param key of its client certificate
 */
record Peer(HostId host, PublicKey key) {
    private static final Context.Key<Peer> KEY = Context.key("keelson-peer");

    /** The peer of the call that is being served. */
    static Peer current() {
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
    String actor() {
        return "host:" + host;
    }
}
