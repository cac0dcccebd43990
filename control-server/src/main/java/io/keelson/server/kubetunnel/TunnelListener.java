package io.keelson.server.kubetunnel;

import io.keelson.fleet.ClusterName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * The port where kubectl connects. One virtual thread accepts; each connection has one thread for each direction. Bytes
 * are passed on as they come: only the cluster's API server ends the TLS session, and authenticates its clients.
 *
 * <p>A connection that names no cluster, or a cluster none of whose control-plane hosts can be reached, is closed
 * without an answer, since nothing but the API server could give one; the log says why.
 */
public final class TunnelListener implements AutoCloseable {
    /** The last part of every name that leads to a cluster's API. */
    public static final String DOMAIN = ".clusters.keelson.internal";

    private static final System.Logger LOG = System.getLogger(TunnelListener.class.getName());
    private static final Duration HELLO = Duration.ofSeconds(10);

    private final InetSocketAddress address;
    private final TunnelRoutes routes;
    private final Duration helloDeadline;
    private final int most;
    private final Semaphore room;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Optional<ServerSocket> listening = Optional.empty();

    /**
     * A listener; takes connections once {@link #start} is called.
     *
     * @param most connections at one time; more are closed at once
     */
    public TunnelListener(InetSocketAddress address, TunnelRoutes routes, int most) {
        this(address, routes, most, HELLO);
    }

    TunnelListener(InetSocketAddress address, TunnelRoutes routes, int most, Duration helloDeadline) {
        this.address = address;
        this.routes = routes;
        this.most = most;
        this.room = new Semaphore(most);
        this.helloDeadline = helloDeadline;
    }

    /** The name by which the cluster's API is reached. */
    public static String nameOf(ClusterName cluster) {
        return cluster + DOMAIN;
    }

    /** Begins to listen. */
    public void start() {
        try {
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(address, 256);
            listening = Optional.of(socket);
            Thread.ofVirtual().name("kube tunnel").start(() -> accept(socket));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + address, e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return listening.map(ServerSocket::getLocalPort).orElse(address.getPort());
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                admit(socket.accept());
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    LOG.log(Level.WARNING, "the tunnel port could not accept a connection: {0}", e.getMessage());
                    pause();
                }
            }
        }
    }

    /** The usual cause is a lack of file descriptors, which no hurry can mend. */
    private static void pause() {
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }

    private void admit(Socket client) throws IOException {
        if (!room.tryAcquire()) {
            LOG.log(Level.WARNING, "closed a connection from {0}: {1} are open already", peer(client), most);
            client.close();
            return;
        }
        open.add(client);
        Thread.ofVirtual().name("kube tunnel from " + peer(client)).start(() -> {
            try (client) {
                serve(client);
            } catch (IOException e) {
                LOG.log(
                        Level.DEBUG,
                        "the connection from {0} ended: {1}",
                        peer(client),
                        String.valueOf(e.getMessage()));
            } finally {
                open.remove(client);
                room.release();
            }
        });
    }

    private void serve(Socket client) throws IOException {
        client.setTcpNoDelay(true);
        client.setKeepAlive(true);
        var hello = new byte[ClientHello.LIMIT];
        int length = 0;
        long deadline = System.nanoTime() + helloDeadline.toNanos();
        while (true) {
            switch (ClientHello.read(hello, length)) {
                case ClientHello.Reading.Malformed(var why) -> {
                    LOG.log(Level.INFO, "closed a connection from {0}: {1}", peer(client), why);
                    return;
                }
                case ClientHello.Reading.Complete(var name) -> {
                    client.setSoTimeout(0);
                    forward(client, name, hello, length);
                    return;
                }
                case ClientHello.Reading.Incomplete() -> {
                    int more = more(client, hello, length, deadline);
                    if (more < 0) {
                        return;
                    }
                    length += more;
                }
            }
        }
    }

    private static int more(Socket client, byte[] hello, int length, long deadline) throws IOException {
        long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (left <= 0) {
            throw new SocketTimeoutException("no whole TLS greeting in time");
        }
        client.setSoTimeout((int) left);
        return client.getInputStream().read(hello, length, hello.length - length);
    }

    private void forward(Socket client, Optional<String> name, byte[] hello, int length) throws IOException {
        var cluster = name.flatMap(TunnelListener::cluster);
        if (cluster.isEmpty()) {
            LOG.log(
                    Level.INFO,
                    "closed a connection from {0}: it asked for {1}, which is no cluster",
                    peer(client),
                    name.orElse("no name"));
            return;
        }
        for (var host : routes.candidates(cluster.get())) {
            try (var tunnel = routes.open(host)) {
                LOG.log(Level.DEBUG, "{0} reaches cluster {1} through host {2}", peer(client), cluster.get(), host);
                Splice.run(client, tunnel, hello, length);
                return;
            } catch (ProblemException e) {
                LOG.log(Level.INFO, "no tunnel to cluster {0} through {1}: {2}", cluster.get(), host, e.getMessage());
            }
        }
        LOG.log(Level.WARNING, unreachable(cluster.get()).render());
    }

    private static Problem unreachable(ClusterName cluster) {
        return Problem.error(
                ProblemCode.CLUSTER_NOT_READY,
                "no control-plane host of cluster " + cluster + " can be reached",
                Remedy.advise("Look whether the hosts of the cluster are connected.", "keelson get hosts"));
    }

    /** The cluster that a server name leads to. */
    static Optional<ClusterName> cluster(String serverName) {
        if (!serverName.endsWith(DOMAIN)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ClusterName(serverName.substring(0, serverName.length() - DOMAIN.length())));
        } catch (IllegalArgumentException e) {
            LOG.log(Level.DEBUG, "no cluster can have the name {0}: {1}", serverName, e.getMessage());
            return Optional.empty();
        }
    }

    private static String peer(Socket client) {
        return String.valueOf(client.getRemoteSocketAddress());
    }

    /** Ends the listening and every connection. */
    @Override
    public void close() {
        listening.ifPresent(TunnelListener::quietly);
        open.forEach(TunnelListener::quietly);
    }

    private static void quietly(AutoCloseable closing) {
        try {
            closing.close();
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "closing {0}: {1}", closing, e.getMessage());
        }
    }
}
