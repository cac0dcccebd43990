package io.keelson.agent.session.tunnel;

import io.grpc.Channel;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.Semaphore;

/** Opens tunnels on demand, each on threads of its own, at most {@value #MOST} at a time. */
public final class Tunnels {
    /** More than an operator's tools need; fewer than would hurt a host. */
    public static final int MOST = 64;

    private static final System.Logger LOG = System.getLogger("keelson.session");
    private static final int CONNECT_MILLIS = 5_000;

    private final InetSocketAddress kubeApi;
    private final Semaphore free = new Semaphore(MOST);

    /** @param kubeApi the API server on this host */
    public Tunnels(InetSocketAddress kubeApi) {
        this.kubeApi = kubeApi;
    }

    /** Begins to carry bytes between the server and this host's API server; returns at once. */
    public void openKubeApi(Channel channel, String tunnelId) {
        if (!free.tryAcquire()) {
            LOG.log(Level.WARNING, "tunnel refused: " + MOST + " are open");
            return;
        }
        Thread.ofVirtual().name("tunnel-" + tunnelId).start(() -> {
            try (var socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.connect(kubeApi, CONNECT_MILLIS);
                new TunnelBridge(channel, tunnelId, socket).carry();
            } catch (IOException e) {
                LOG.log(Level.INFO, "tunnel to " + kubeApi + " ended: " + e.getMessage());
                TunnelBridge.refuse(channel, tunnelId, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                free.release();
            }
        });
    }
}
