package io.keelson.server.listen;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.server.authority.HostAuthorities;
import io.keelson.server.authority.KnownAuthorities;
import io.keelson.server.configuration.Settings;
import io.keelson.trust.pki.HostTrust;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The TLS of both gRPC ports: version 1.3 only (RFC 8446). The server's key is that of its files, and so is its
 * certificate as long as the authority signs that has signed it; after a rotation the server issues itself one with the
 * same names by the new authority, for 90 days, and renews it. Files are read again when they change and authorities
 * followed, without a restart; connections that stand keep what they have.
 */
public final class ServerTls implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ServerTls.class.getName());

    /** How often the files are looked at. */
    private static final long LOOK_SECONDS = 30;

    private final Settings settings;
    private final ServerCertificate certificate;
    private final KnownAuthorities known;
    private final AdvancedTlsX509KeyManager identity = new AdvancedTlsX509KeyManager();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("certificates").factory());

    public ServerTls(Settings settings, HostAuthorities authorities, KnownAuthorities known, InstantSource clock) {
        this.settings = settings;
        this.known = known;
        this.certificate = new ServerCertificate(settings, authorities, known, clock);
    }

    /** @throws ProblemException {@code CONFIGURATION_INVALID} if the files cannot be used */
    void start() {
        try {
            var files = certificate.files();
            identity.updateIdentityCredentials(files.chain().toArray(X509Certificate[]::new), files.key());
        } catch (ProblemException | IOException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.CONFIGURATION_INVALID,
                            "the certificates in " + settings.pkiDir() + " cannot be used: " + e.getMessage(),
                            Remedy.advise(
                                    "Put server.crt, server.key and ca.crt that belong together there.",
                                    "ls -l " + settings.pkiDir())),
                    e);
        }
        known.onChange(() -> timer.execute(this::look));
        known.start();
        var unused = timer.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            certificate
                    .next()
                    .ifPresent(next -> identity.updateIdentityCredentials(
                            next.chain().toArray(X509Certificate[]::new), next.key()));
        } catch (ProblemException | IOException e) {
            LOG.log(Level.WARNING, "the server keeps the certificate that it has: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the server keeps the certificate that it has", e);
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
        known.close();
        timer.shutdownNow();
    }
}
