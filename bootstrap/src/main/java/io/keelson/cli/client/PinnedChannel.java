package io.keelson.cli.client;

import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.keelson.cli.context.ServerContext;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.TlsContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * TLS to a server that the context's authority vouches for, and no other. The certificate must carry the name that
 * only servers are given, so that it does not matter by which address or forwarded port the server is reached, and no
 * host's certificate passes for a server's.
 */
final class PinnedChannel {
    /** A DNS name in the certificate of every server. */
    static final String SERVER_NAME = "keelson-server";

    private static final String SERVICE = "keelson.operator.v1.OperatorService";

    /** Requests that the server recognises when they come again; see the contract. */
    private static final List<String> REPEATABLE = List.of(
            "Apply",
            "Get",
            "Delete",
            "Events",
            "RevokeHost",
            "HostAuthority",
            "Kubeconfig",
            "MissingBlobs",
            "PublishMetadata",
            "ReleaseRepository",
            "ServerInfo");

    private PinnedChannel() {}

    static ManagedChannel to(ServerContext context) {
        try {
            var trust = TlsContext.trusting(Pem.certificates(context.ca().getBytes(StandardCharsets.UTF_8)));
            return OkHttpChannelBuilder.forTarget(context.server())
                    .sslSocketFactory(trust.getSocketFactory())
                    .tlsConnectionSpec(TlsContext.protocols(), TlsContext.ciphers())
                    .overrideAuthority(SERVER_NAME)
                    .maxInboundMessageSize(64 * 1024 * 1024)
                    .keepAliveTime(6, TimeUnit.MINUTES)
                    .defaultServiceConfig(retries())
                    .enableRetry()
                    .userAgent("keelson-cli")
                    .build();
        } catch (ProblemException | IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.CONFIGURATION_INVALID,
                            "the context " + context + " is not usable: " + e.getMessage(),
                            Remedy.advise(
                                    "Add the context again with the server's address and CA.",
                                    "keelson context add --help")),
                    e);
        }
    }

    private static Map<String, ?> retries() {
        var names = REPEATABLE.stream()
                .map(method -> Map.of("service", SERVICE, "method", method))
                .toList();
        var policy = Map.of(
                "maxAttempts",
                3.0,
                "initialBackoff",
                "0.2s",
                "maxBackoff",
                "1s",
                "backoffMultiplier",
                2.0,
                "retryableStatusCodes",
                List.of("UNAVAILABLE"));
        return Map.of("methodConfig", List.of(Map.of("name", names, "retryPolicy", policy)));
    }
}
