package io.keelson.agent.session.calls;

import io.grpc.ManagedChannel;
import io.keelson.agent.session.identity.Identity;
import io.keelson.agent.session.identity.IdentityStore;
import io.keelson.agent.session.wire.Channels;
import io.keelson.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * The one channel to whichever server was reached last; all calls share it. Thread-safe. Channels connect when a call
 * is made.
 */
public final class ServerLink implements AutoCloseable {
    private final IdentityStore store;
    private final Channels channels;
    private Identity identity;
    private int endpoint;
    private @Nullable ManagedChannel channel;

    /** @throws ProblemException if the identity cannot be read */
    public ServerLink(IdentityStore store, Channels channels) {
        this.store = store;
        this.channels = channels;
        this.identity = store.load();
    }

    /** Who this host is. */
    public synchronized Identity identity() {
        return identity;
    }

    /** Where the current channel leads. */
    public synchronized String endpoint() {
        return identity.endpoints().get(endpoint % identity.endpoints().size());
    }

    /** The channel to the current server. */
    public synchronized ManagedChannel channel() {
        var current = channel;
        if (current == null) {
            current = channels.mutual(endpoint(), identity.key(), identity.chain(), identity.ca());
            channel = current;
        }
        return current;
    }

    /** Gives up the current server's channel and turns to the next server. */
    public synchronized void next() {
        drop();
        endpoint = (endpoint + 1) % identity.endpoints().size();
    }

    /** Reads the identity again and makes the next channel with it; calls on the old one may end. */
    public synchronized void renew() {
        identity = store.load();
        if (channel != null) {
            channel.shutdown();
            channel = null;
        }
    }

    private void drop() {
        if (channel != null) {
            channel.shutdownNow();
            channel = null;
        }
    }

    @Override
    public synchronized void close() {
        drop();
    }
}
