package io.keelson.apiproxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP server on loopback that hands each connection to a test's behaviour. */
public final class LoopbackServer implements AutoCloseable {
    private final ServerSocket server;
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();

    /** What a server does with a connection. */
    @FunctionalInterface
    public interface Behaviour {
        void serve(Socket socket) throws IOException;
    }

    private LoopbackServer(ServerSocket server) {
        this.server = server;
    }

    static LoopbackServer start(Behaviour behaviour) throws IOException {
        return start(0, behaviour);
    }

    public static LoopbackServer start(int port, Behaviour behaviour) throws IOException {
        var started = new LoopbackServer(new ServerSocket(port, 1024, InetAddress.getLoopbackAddress()));
        Thread.startVirtualThread(() -> started.acceptAll(behaviour));
        return started;
    }

    /** Sends its name and a line feed, then echoes until the client is done. */
    static LoopbackServer echo(String name) throws IOException {
        return start(socket -> {
            socket.getOutputStream().write((name + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
            socket.getInputStream().transferTo(socket.getOutputStream());
            socket.close();
        });
    }

    private void acceptAll(Behaviour behaviour) {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                accepted.add(socket);
                Thread.startVirtualThread(() -> serve(behaviour, socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void serve(Behaviour behaviour, Socket socket) {
        try {
            behaviour.serve(socket);
        } catch (IOException e) {
            if (!socket.isClosed() && !String.valueOf(e.getMessage()).matches("Connection reset|Broken pipe.*")) {
                throw new UncheckedIOException(e);
            }
        }
    }

    Endpoint endpoint() {
        return new Endpoint("127.0.0.1", server.getLocalPort());
    }

    /** Accepts no more; what was accepted stays open and silent, as on a host that lost its power. */
    void fallSilent() throws IOException {
        server.close();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : accepted) {
            socket.close();
        }
    }
}
