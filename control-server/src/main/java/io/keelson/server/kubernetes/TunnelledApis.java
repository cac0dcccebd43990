package io.keelson.server.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.keelson.fleet.ClusterName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.clusterpki.Purpose;
import io.keelson.server.kubetunnel.TunnelRoutes;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.function.IntSupplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;

/**
 * Clients that go the way that kubectl goes: to this server's own tunnel port, which passes their bytes on to a
 * control-plane host by the server name that they ask for. TLS ends at the API server, which is known by the cluster's own
 * authority and nothing else; nothing is read from the environment or a home directory.
 */
public final class TunnelledApis implements ClusterApis {
    /** For one answer, and for a connection. */
    static final Duration LIMIT = Duration.ofSeconds(15);

    private final ClusterPki pki;
    private final TunnelRoutes routes;
    private final IntSupplier port;
    private final InstantSource clock;

    /**
     * Clients through a tunnel.
     *
     * @param port of the tunnel on this host, asked at each opening
     */
    public TunnelledApis(ClusterPki pki, TunnelRoutes routes, IntSupplier port, InstantSource clock) {
        this.pki = pki;
        this.routes = routes;
        this.port = port;
        this.clock = clock;
    }

    @Override
    public ClusterApi open(String actor, ClusterName cluster) {
        if (routes.candidates(cluster).isEmpty()) {
            throw Problem.error(
                            ProblemCode.CLUSTER_NOT_READY,
                            "no control-plane host of cluster " + cluster + " is connected to this server",
                            Remedy.advise("Look whether the hosts of the cluster are connected.", "keelson get hosts"))
                    .asException();
        }
        var credentials = pki.maintenanceCertificate(actor, cluster);
        var config = new ConfigBuilder(Config.empty())
                .withMasterUrl("https://127.0.0.1:" + port.getAsInt())
                .withCaCertData(base64(credentials.authority()))
                .withClientCertData(base64(credentials.certificate()))
                .withClientKeyData(base64(credentials.key()))
                .withClientKeyAlgo("EC")
                .withConnectionTimeout((int) LIMIT.toMillis())
                .withRequestTimeout((int) LIMIT.toMillis())
                // Tries are ours: an eviction that is refused is an answer.
                .withRequestRetryBackoffLimit(0)
                .withHttp2Disable(true)
                .withUserAgent("keelson-server")
                .build();
        var client = new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new ByServerName(Purpose.tunnelName(cluster)))
                .build();
        return new Fabric8Api(client, cluster, clock);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /**
     * Asks for a server name that is not the address that it dials. The JDK's client keeps a server name of ours where the
     * address is a literal one, and then expects that name in the certificate.
     */
    private static final class ByServerName extends JdkHttpClientFactory {
        private final String name;

        ByServerName(String name) {
            this.name = name;
        }

        @Override
        protected void additionalConfig(HttpClient.Builder builder) {
            var parameters = new SSLParameters(null, new String[] {"TLSv1.3", "TLSv1.2"});
            parameters.setServerNames(List.of(new SNIHostName(name)));
            builder.sslParameters(parameters);
        }
    }
}
