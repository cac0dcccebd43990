package io.keelson.apiproxy;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Listens on loopback and passes each connection to an API server that accepts it. One event loop; no state on disk.
 *
 * <p>Upstreams are tried in turn; one that does not accept is doubted until it answers a health check. Health checks
 * are connections, made only to upstreams that were silent since the last one. When an upstream is found dead, its
 * connections are closed, so that clients which would wait for hours on a silent connection begin anew elsewhere.
 * A changed configuration touches new connections only.
 */
final class Balancer extends AbstractVerticle {
    private static final System.Logger LOG = System.getLogger("keelson.apiproxy");

    private final Endpoint listen;
    private final Path configurationFile;
    private final Timing timing;
    private final Upstreams upstreams;
    private final Map<Endpoint, Set<Relay>> relays = new HashMap<>();
    private final Set<Endpoint> heardSinceProbe = new HashSet<>();
    private byte[] configured = new byte[0];
    private boolean complained;

    Balancer(Endpoint listen, Path configurationFile, Timing timing) {
        this.listen = listen;
        this.configurationFile = configurationFile;
        this.timing = timing;
        this.upstreams = new Upstreams(timing.deadAfter());
    }

    @Override
    public void start(Promise<Void> started) {
        var client = vertx.createNetClient(new NetClientOptions()
                .setConnectTimeout((int) timing.connect().toMillis())
                .setTcpKeepAlive(true)
                .setTcpNoDelay(true));
        vertx.createNetServer(new NetServerOptions()
                        .setHost(listen.host())
                        .setPort(listen.port())
                        .setTcpKeepAlive(true)
                        .setTcpNoDelay(true)
                        .setAcceptBacklog(1024))
                .exceptionHandler(broken -> LOG.log(Level.DEBUG, "a client broke off", broken))
                .connectHandler(socket -> accept(client, socket))
                .listen()
                .onSuccess(server -> {
                    LOG.log(Level.INFO, "listening on " + listen.host() + ":" + server.actualPort());
                    vertx.setPeriodic(0, timing.reload().toMillis(), timer -> reload());
                    vertx.setPeriodic(timing.probe().toMillis(), timer -> probe(client));
                })
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private void accept(NetClient client, NetSocket socket) {
        Relay.hold(socket);
        connect(client, socket, new ArrayList<>(upstreams.candidates()));
    }

    private void connect(NetClient client, NetSocket socket, List<Endpoint> candidates) {
        if (candidates.isEmpty()) {
            socket.close();
            return;
        }
        var endpoint = candidates.removeFirst();
        client.connect(endpoint.port(), endpoint.host()).onComplete(attempt -> {
            if (attempt.succeeded()) {
                relay(endpoint, socket, attempt.result());
            } else {
                upstreams.doubt(endpoint);
                connect(client, socket, candidates);
            }
        });
    }

    private void relay(Endpoint endpoint, NetSocket socket, NetSocket upstream) {
        var own = relays.computeIfAbsent(endpoint, none -> new HashSet<>());
        var holder = new Relay[1];
        holder[0] = Relay.start(
                context, socket, upstream, () -> heardSinceProbe.add(endpoint), () -> own.remove(holder[0]));
        own.add(holder[0]);
    }

    private void probe(NetClient client) {
        for (var endpoint : upstreams.all()) {
            if (heardSinceProbe.contains(endpoint)) {
                succeeded(endpoint);
                continue;
            }
            client.connect(endpoint.port(), endpoint.host()).onComplete(attempt -> {
                if (attempt.succeeded()) {
                    attempt.result().close();
                    succeeded(endpoint);
                } else {
                    failed(endpoint, attempt.cause());
                }
            });
        }
        heardSinceProbe.clear();
    }

    private void succeeded(Endpoint endpoint) {
        if (upstreams.succeeded(endpoint)) {
            LOG.log(Level.INFO, endpoint + " answers again");
        }
    }

    private void failed(Endpoint endpoint, Throwable cause) {
        if (upstreams.failed(endpoint)) {
            var open = List.copyOf(relays.getOrDefault(endpoint, Set.of()));
            LOG.log(
                    Level.WARNING,
                    endpoint + " is dead (" + cause.getMessage() + "); closing its " + open.size() + " connections");
            open.forEach(Relay::close);
        }
    }

    private void reload() {
        vertx.fileSystem().readFile(configurationFile.toString()).onComplete(read -> {
            if (read.failed()) {
                complain("no configuration: " + read.cause().getMessage());
            } else if (!Arrays.equals(configured, read.result().getBytes())) {
                configure(read.result().getBytes());
            }
        });
    }

    private void configure(byte[] bytes) {
        configured = bytes;
        complained = false;
        try {
            var wanted = Configuration.parse(bytes);
            upstreams.replace(wanted.upstreams());
            LOG.log(
                    Level.INFO,
                    "upstreams: "
                            + wanted.upstreams().stream()
                                    .map(Endpoint::toString)
                                    .collect(Collectors.joining(", ")));
        } catch (IllegalArgumentException e) {
            LOG.log(Level.ERROR, "configuration refused, the one before stays: " + e.getMessage());
        }
    }

    private void complain(String what) {
        if (!complained) {
            complained = true;
            LOG.log(Level.WARNING, what);
        }
    }
}
