package io.keelson.cli;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.keelson.cli.context.ContextConfig;
import io.keelson.cli.context.ContextFile;
import io.keelson.cli.context.ServerContext;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A control server over real TLS on loopback that gives recorded answers and remembers what it was asked. */
public final class RecordedServer extends RecordedService implements AutoCloseable {
    /** What it makes for hosts that join. */
    public static final String JOIN_TOKEN =
            "kjt1.abcdefgh0123.secretsecretsecretsecretsecretsecretsecrets." + "0".repeat(64);

    public static final String TOKEN = "a-token-of-an-operator";

    /** What it answers about single nodes. */
    public final RecordedNodes nodes = new RecordedNodes();

    /** What it answers about node pools. */
    public final RecordedPools pools = new RecordedPools();

    /** What it answers about hosts that no declaration names. */
    public final RecordedHosts hosts = new RecordedHosts();

    private final CertificateAuthority authority;
    private final Server server;

    private RecordedServer(String dnsName) throws IOException {
        var now = Instant.now();
        authority = CertificateAuthority.create("test authority", Duration.ofDays(1), now);
        var pair = Keys.generate(Algorithm.ECDSA_P256);
        var certificate = authority.issue(
                pair.getPublic(),
                new CertificateProfile(
                        "server", List.of(), List.of(dnsName), List.of(), List.of(), Usage.SERVER, Duration.ofDays(1)),
                now);
        var credentials = TlsServerCredentials.create(
                new ByteArrayInputStream(Pem.encode(certificate)),
                new ByteArrayInputStream(Pem.encode(pair.getPrivate())));
        server = Grpc.newServerBuilderForPort(0, credentials)
                .addService(this)
                .addService(nodes)
                .addService(pools)
                .addService(hosts)
                .intercept(new TokenCheck())
                .build()
                .start();
    }

    /** A server that runs. */
    public static RecordedServer start() throws IOException {
        return new RecordedServer("keelson-server");
    }

    /** One whose certificate is a host's, not a server's. */
    public static RecordedServer startAsHost() throws IOException {
        return new RecordedServer("cp-a");
    }

    /** A context for it. */
    public ServerContext context() {
        return context(TOKEN);
    }

    /** A context with another token. */
    public ServerContext context(String token) {
        return new ServerContext(
                "test",
                "127.0.0.1:" + server.getPort(),
                new String(authority.certificatePem(), StandardCharsets.US_ASCII),
                token,
                Optional.empty());
    }

    /** A file with that context as the current one. */
    public Path contextIn(Path directory) {
        var file = directory.resolve("config.yaml");
        new ContextFile(file).write(ContextConfig.EMPTY.with(context()));
        return file;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static final class TokenCheck implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            var given = headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER));
            if (!("Bearer " + TOKEN).equals(given)) {
                call.close(Status.UNAUTHENTICATED.withDescription("who are you?"), new Metadata());
                return new ServerCall.Listener<>() {};
            }
            return Contexts.interceptCall(Context.current(), call, headers, next);
        }
    }
}
