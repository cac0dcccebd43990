package io.keelson.agent.session.calls;

import io.grpc.ManagedChannel;
import io.keelson.agent.session.identity.HostCertificate;
import io.keelson.agent.session.identity.Identity;
import io.keelson.agent.session.identity.IdentityStore;
import io.keelson.agent.session.wire.Channels;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one channel to whichever server was reached last; all calls share it. Thread-safe. Channels connect when a call
 * is made.
 */
public final class ServerLink implements AutoCloseable {
    private static final Pattern ENDPOINT =
            Pattern.compile("([A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]):[0-9]{1,5}");
    private static final int MOST_SERVERS = 16;
    private static final int MOST_AUTHORITIES = 8;

    private final IdentityStore store;
    private final Channels channels;
    private Identity identity;
    private Optional<X509Certificate> signer = Optional.empty();
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

    /**
     * Remembers which servers there are, also for after a restart; the current channel stays. What is no
     * {@code host:port}, and a list without any, changes nothing.
     */
    public synchronized void servers(List<String> endpoints) {
        var usable = endpoints.stream()
                .filter(each -> ENDPOINT.matcher(each).matches())
                .distinct()
                .limit(MOST_SERVERS)
                .toList();
        if (usable.isEmpty() || usable.equals(identity.endpoints())) {
            return;
        }
        var current = endpoint();
        store.servers(usable);
        identity = store.load();
        endpoint = Math.max(0, usable.indexOf(current));
    }

    /**
     * Remembers by which authorities a server proves to be one, also for after a restart; the current channel stays.
     *
     * @param signing the one that signs now; a certificate by another one is to be renewed
     * @throws ProblemException IDENTITY_REJECTED if they cannot be read, or have none in common with those that are
     *     trusted now; nothing is changed then
     */
    public synchronized void authorities(byte[] pem, String signing) {
        var told = Pem.certificates(pem);
        if (told.size() > MOST_AUTHORITIES || told.stream().noneMatch(identity.ca()::contains)) {
            throw Problem.error(
                            ProblemCode.IDENTITY_REJECTED,
                            "the server names authorities of which this host trusts none",
                            Remedy.advise("See which authorities there are.", "keelson server authority status"))
                    .asException();
        }
        if (!told.equals(identity.ca())) {
            store.authorities(told);
            identity = store.load();
        }
        signer = identity.ca().stream()
                .filter(authority ->
                        Keys.spkiDigest(authority.getPublicKey()).hex().equals(signing))
                .findFirst();
    }

    /** Whether another authority signs now than the one that has signed this host's certificate. */
    public synchronized boolean superseded() {
        return signer.filter(authority -> !HostCertificate.signed(authority, identity.certificate()))
                .isPresent();
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
