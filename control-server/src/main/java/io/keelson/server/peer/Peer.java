package io.keelson.server.peer;

import io.grpc.Context;
import io.keelson.fleet.HostId;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * The host at the other end of a connection, as its TLS session shows it.
 *
 * @param certificate of the client; may have expired in the call that renews it
 */
public record Peer(HostId host, X509Certificate certificate) {
    private static final Context.Key<Peer> KEY = Context.key("keelson-peer");

    /** The peer of the call that is being served. */
    public static Peer current() {
        var peer = KEY.get();
        if (peer == null) {
            throw new IllegalStateException("a service of the agents' port runs without its interceptor");
        }
        return peer;
    }

    /** Of its certificate. */
    public PublicKey key() {
        return certificate.getPublicKey();
    }

    /** When its certificate's time is over. */
    Instant expires() {
        return certificate.getNotAfter().toInstant();
    }

    Context attach() {
        return Context.current().withValue(KEY, this);
    }

    /** The host as the audit log names it. */
    public String actor() {
        return "host:" + host;
    }
}
