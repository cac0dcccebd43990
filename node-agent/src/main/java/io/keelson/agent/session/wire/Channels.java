package io.keelson.agent.session.wire;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.keelson.release.Digest;
import io.keelson.trust.pki.PinnedTrust;
import java.net.URI;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Makes channels to servers. TLS is the JDK's own and sockets are NIO's, so that nothing native has to be unpacked into
 * a temporary directory. Every server proves to be one by the name {@link #SERVER_NAME} in its certificate, whatever
 * address it is reached by.
 */
public final class Channels implements AutoCloseable {
    /** A DNS name that every server's certificate carries, and no host's. */
    public static final String SERVER_NAME = "keelson-server";

    private static final int LARGEST_MESSAGE = 8 << 20;

    private final EventLoopGroup loop = new NioEventLoopGroup(1, new DefaultThreadFactory("grpc", true));
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("grpc-", 0).factory());

    /** A channel over which both sides prove who they are. @param endpoint {@code host:port} */
    public ManagedChannel mutual(
            String endpoint, PrivateKey key, List<X509Certificate> chain, List<X509Certificate> ca) {
        return channel(
                endpoint,
                SslContextBuilder.forClient()
                        .keyManager(key, chain.toArray(new X509Certificate[0]))
                        .trustManager(ca));
    }

    /** A channel to a server of which only the digest of its authority's key is known. */
    public ManagedChannel pinned(String endpoint, Digest caSpki) {
        return channel(endpoint, SslContextBuilder.forClient().trustManager(PinnedTrust.bySpki(caSpki)));
    }

    private ManagedChannel channel(String endpoint, SslContextBuilder tls) {
        var address = URI.create("tcp://" + endpoint);
        if (address.getHost() == null || address.getPort() < 1) {
            throw new IllegalArgumentException("not a server's host:port: '" + endpoint + "'");
        }
        return NettyChannelBuilder.forAddress(address.getHost(), address.getPort())
                .overrideAuthority(SERVER_NAME)
                .sslContext(context(tls))
                .eventLoopGroup(loop)
                .channelType(NioSocketChannel.class)
                .executor(threads)
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .keepAliveTime(30, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS)
                .build();
    }

    private static SslContext context(SslContextBuilder tls) {
        try {
            return GrpcSslContexts.configure(tls, SslProvider.JDK)
                    .protocols("TLSv1.3")
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("cannot use the identity's key and certificates for TLS", e);
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        threads.shutdown();
    }
}
