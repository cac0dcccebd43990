package io.keelson.server.listen;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.server.configuration.Settings;
import io.keelson.server.peer.PeerIdentity;
import io.keelson.trust.pki.HostTrust;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The two gRPC ports. Each call is served on a virtual thread of its own, so services block where they have to. Dead
 * peers are found by keepalive within half a minute; peers that ping too often are cut off.
 */
public final class Listeners implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());
    private static final int LARGEST_OPERATOR_MESSAGE = 16 << 20;
    private static final int LARGEST_AGENT_MESSAGE = 1 << 20;
    private static final int MOST_CALLS = 256;
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Settings settings;
    private final List<BindableService> operatorServices;
    private final List<BindableService> agentServices;
    private final PeerIdentity identity;
    private final HostTrust hosts;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Server> servers = new ArrayList<>();
    private final ServerTls tls;

    public Listeners(
            Settings settings,
            List<BindableService> operatorServices,
            List<BindableService> agentServices,
            PeerIdentity identity,
            HostTrust hosts,
            ServerTls tls) {
        this.settings = settings;
        this.operatorServices = List.copyOf(operatorServices);
        this.agentServices = List.copyOf(agentServices);
        this.identity = identity;
        this.hosts = hosts;
        this.tls = tls;
    }

    /**
     * Opens both ports.
     *
     * @throws ProblemException {@code HOST_PORT_TAKEN} or {@code CONFIGURATION_INVALID}
     */
    public void start() {
        tls.start();
        identity.start();
        try {
            var operators = port(settings.operatorPort(), tls.withoutClientCertificate())
                    .maxInboundMessageSize(LARGEST_OPERATOR_MESSAGE);
            operatorServices.forEach(operators::addService);
            open("operators", settings.operatorPort(), operators);
            var agents = port(settings.agentPort(), tls.withClientCertificate(hosts))
                    .maxInboundMessageSize(LARGEST_AGENT_MESSAGE);
            agentServices.forEach(service -> agents.addService(ServerInterceptors.intercept(service, identity)));
            open("agents", settings.agentPort(), agents);
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.CONFIGURATION_INVALID,
                            "TLS cannot be set up: " + e.getMessage(),
                            Remedy.advise("See the certificates.", "ls -l " + settings.pkiDir())),
                    e);
        }
    }

    private NettyServerBuilder port(int port, SslContext context) {
        return NettyServerBuilder.forAddress(new InetSocketAddress(port))
                .sslContext(context)
                .executor(executor)
                .handshakeTimeout(20, TimeUnit.SECONDS)
                .keepAliveTime(15, TimeUnit.SECONDS)
                .keepAliveTimeout(10, TimeUnit.SECONDS)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxInboundMetadataSize(16 << 10)
                .maxConcurrentCallsPerConnection(MOST_CALLS);
    }

    private void open(String whom, int port, NettyServerBuilder builder) {
        try {
            servers.add(builder.build().start());
            LOG.log(Level.INFO, "listening for {0} on port {1}", whom, Integer.toString(port));
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.HOST_PORT_TAKEN,
                            "port " + port + " for " + whom + " cannot be opened: " + e.getMessage(),
                            Remedy.advise("See which program listens there.", "ss -ltnp 'sport = :" + port + "'")),
                    e);
        }
    }

    /** Takes no more calls, lets those that run end for a few seconds, then ends them. */
    @Override
    public void close() {
        identity.close();
        servers.forEach(Server::shutdown);
        for (var server : servers) {
            try {
                if (!server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                    server.shutdownNow();
                }
            } catch (InterruptedException e) {
                server.shutdownNow();
                Thread.currentThread().interrupt();
            }
        }
        executor.shutdown();
        tls.close();
    }
}
