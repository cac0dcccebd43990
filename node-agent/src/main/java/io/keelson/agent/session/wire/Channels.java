package io.keelson.agent.session.wire;

import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.keelson.release.Digest;
import io.keelson.trust.pki.TlsContext;
import java.net.URI;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * Makes channels to servers, over the smallest transport that gRPC has: an agent has one connection. TLS and sockets are
 * the JDK's own. Every server proves to be one by the name {@link #SERVER_NAME} in its certificate, whatever
 * address it is reached by.
 */
public final class Channels implements AutoCloseable {
    /** A DNS name that every server's certificate carries, and no host's. */
    public static final String SERVER_NAME = "keelson-server";

    private static final int LARGEST_MESSAGE = 8 << 20;

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("grpc-", 0).factory());

    /** A channel over which both sides prove who they are. @param endpoint {@code host:port} */
    public ManagedChannel mutual(
            String endpoint, PrivateKey key, List<X509Certificate> chain, List<X509Certificate> ca) {
        return channel(endpoint, TlsContext.mutual(key, chain, ca));
    }

    /** A channel to a server of which only the digest of its authority's key is known. */
    public ManagedChannel pinned(String endpoint, Digest caSpki) {
        return channel(endpoint, TlsContext.pinned(caSpki));
    }

    private ManagedChannel channel(String endpoint, SSLContext tls) {
        var address = URI.create("tcp://" + endpoint);
        if (address.getHost() == null || address.getPort() < 1) {
            throw new IllegalArgumentException("not a server's host:port: '" + endpoint + "'");
        }
        return OkHttpChannelBuilder.forAddress(address.getHost(), address.getPort())
                .overrideAuthority(SERVER_NAME)
                .sslSocketFactory(tls.getSocketFactory())
                .tlsConnectionSpec(TlsContext.protocols(), TlsContext.ciphers())
                .executor(threads)
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .keepAliveTime(30, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS)
                .build();
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
