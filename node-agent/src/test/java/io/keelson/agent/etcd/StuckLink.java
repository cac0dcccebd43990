package io.keelson.agent.etcd;

import io.keelson.apiproxy.LoopbackServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * A way to a server on loopback that carries so many bytes of a connection and none after them: what is larger never arrives
 * whole, and nobody is told. What the server says comes back whole.
 *
 * @param to the server's port
 * @param most bytes of each connection
 */
record StuckLink(int to, long most) implements LoopbackServer.Behaviour {
    private static final int BUFFER = 1 << 16;

    @Override
    public void serve(Socket client) throws IOException {
        try (client;
                var server = new Socket(InetAddress.getLoopbackAddress(), to)) {
            var back = Thread.startVirtualThread(() -> back(server, client));
            carry(client.getInputStream(), server);
            back.join(); // until the server gives up, or its client
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts it", e);
        }
    }

    private void carry(InputStream from, Socket server) throws IOException {
        var buffer = new byte[BUFFER];
        long left = most;
        while (left > 0) {
            int read = from.read(buffer, 0, (int) Math.min(BUFFER, left));
            if (read < 0) {
                server.shutdownOutput();
                return;
            }
            server.getOutputStream().write(buffer, 0, read);
            left -= read;
        }
    }

    private static void back(Socket server, Socket client) {
        try (client) {
            server.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            return; // one of both has closed, which the other direction finds as well
        }
    }
}
