package io.keelson.server.listen;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.server.configuration.Settings;
import io.keelson.trust.pki.HostTrust;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The TLS of both gRPC ports: version 1.3 only (RFC 8446). The server's certificate and key are read again when their
 * files change, without a restart; connections that stand keep what they have.
 */
final class ServerTls implements AutoCloseable {
    /** How often the files are looked at; gRPC does not do it more often. */
    private static final long LOOK_SECONDS = 60;

    private final AdvancedTlsX509KeyManager identity;
    private final ScheduledExecutorService timer;

    private ServerTls(AdvancedTlsX509KeyManager identity, ScheduledExecutorService timer) {
        this.identity = identity;
        this.timer = timer;
    }

    static ServerTls load(Settings settings) {
        var timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("certificates").factory());
        try {
            var identity = new AdvancedTlsX509KeyManager();
            var unusedIdentity = identity.updateIdentityCredentials(
                    settings.serverCertificate().toFile(),
                    settings.serverKey().toFile(),
                    LOOK_SECONDS,
                    TimeUnit.SECONDS,
                    timer);
            return new ServerTls(identity, timer);
        } catch (IOException | GeneralSecurityException e) {
            timer.shutdownNow();
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.CONFIGURATION_INVALID,
                            "the certificates in " + settings.pkiDir() + " cannot be used: " + e.getMessage(),
                            Remedy.advise(
                                    "Put server.crt, server.key and ca.crt that belong together there.",
                                    "ls -l " + settings.pkiDir())),
                    e);
        }
    }

    /** Anybody may connect; who they are is told by a token. */
    SslContext withoutClientCertificate() throws IOException {
        return GrpcSslContexts.configure(SslContextBuilder.forServer(identity), SslProvider.JDK)
                .protocols("TLSv1.3")
                .build();
    }

    /** Only who has a certificate of the authority for hosts may connect. */
    SslContext withClientCertificate(HostTrust hosts) throws IOException {
        return GrpcSslContexts.configure(SslContextBuilder.forServer(identity), SslProvider.JDK)
                .protocols("TLSv1.3")
                .trustManager(hosts)
                .clientAuth(ClientAuth.REQUIRE)
                .build();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
