package io.keelson.server.kubetunnel;

import io.keelson.server.session.ByteTunnel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Passes bytes both ways between a client and a tunnel until they have ended. When one side has said its last, the
 * other gets a moment to do so too, since a tunnel cannot tell the API server that its client will only listen from now
 * on; then both are closed. A failure of one direction ends both at once. Idle time is not limited: watches are quiet
 * for long.
 */
final class Splice {
    private static final System.Logger LOG = System.getLogger(Splice.class.getName());
    private static final int BUFFER = 32 * 1024;

    /** How long the other side may go on when one has ended. */
    static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Socket client;
    private final ByteTunnel tunnel;
    private final CountDownLatch first = new CountDownLatch(1);

    private Splice(Socket client, ByteTunnel tunnel) {
        this.client = client;
        this.tunnel = tunnel;
    }

    /**
     * Returns when both directions have ended; both sides are closed then.
     *
     * @param greeting bytes of the client that were read already
     */
    static void run(Socket client, ByteTunnel tunnel, byte[] greeting, int length) {
        var splice = new Splice(client, tunnel);
        var up = Thread.ofVirtual().name("kube tunnel up").start(() -> splice.up(greeting, length));
        var down = Thread.ofVirtual().name("kube tunnel down").start(splice::down);
        try {
            splice.first.await();
            if (!up.join(LAST_WORDS) || !down.join(LAST_WORDS)) {
                LOG.log(Level.DEBUG, "one side of {0} did not end by itself", client.getRemoteSocketAddress());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            splice.end();
        }
    }

    private void up(byte[] greeting, int length) {
        try {
            var out = tunnel.out();
            out.write(greeting, 0, length);
            out.flush();
            copy(client.getInputStream(), out);
            out.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the way to the server broke: {0}", e.getMessage());
            end();
        } finally {
            first.countDown();
        }
    }

    private void down() {
        try {
            copy(tunnel.in(), client.getOutputStream());
            client.shutdownOutput();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the way back broke: {0}", e.getMessage());
            end();
        } finally {
            first.countDown();
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        var buffer = new byte[BUFFER];
        int count;
        while ((count = in.read(buffer)) >= 0) {
            out.write(buffer, 0, count);
            out.flush();
        }
    }

    private void end() {
        tunnel.close();
        try {
            client.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing the client: {0}", e.getMessage());
        }
    }
}
