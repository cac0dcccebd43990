package io.keelson.apiproxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;

/**
 * One client's connection and its upstream's, each the other's echo: bytes, backpressure, half-close, end. Confined to
 * the event loop.
 *
 * <p>Reading is stopped at the channel, not at the socket's stream: so everything that was read has been passed on when
 * the end of input is seen, and a half-close never overtakes bytes.
 */
final class Relay {
    private final Side client;
    private final Side upstream;
    private final Runnable heard;

    private Relay(NetSocket client, NetSocket upstream, Runnable heard) {
        this.client = new Side(client);
        this.upstream = new Side(upstream);
        this.heard = heard;
    }

    /** Holds back a client's bytes until there is an upstream for them; called before the first byte is read. */
    static void hold(NetSocket client) {
        client.pause();
        channel(client).config().setAutoRead(false);
    }

    /**
     * Begins to pass bytes.
     *
     * @param heard called whenever the upstream says something
     * @param ended called when neither side is connected any more
     */
    static Relay start(Context context, NetSocket client, NetSocket upstream, Runnable heard, Runnable ended) {
        hold(upstream);
        var relay = new Relay(client, upstream, heard);
        relay.wire(relay.client, relay.upstream, ended);
        relay.wire(relay.upstream, relay.client, ended);
        client.resume();
        upstream.resume();
        // Behind the delivery of what was read while the client was held.
        context.runOnContext(now -> {
            channel(client).config().setAutoRead(true);
            channel(upstream).config().setAutoRead(true);
            if (!channel(client).isActive()) {
                relay.client.closed = true; // it left while it was held, when nobody was told
                upstream.close();
            }
        });
        return relay;
    }

    /** Ends both connections at once, whatever is still to be sent: a dead side would never take it. */
    void close() {
        client.channel.close();
        upstream.channel.close();
    }

    private void wire(Side from, Side to, Runnable ended) {
        from.channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        from.socket.handler(bytes -> {
            if (from == upstream) {
                heard.run();
            }
            to.socket.write(bytes);
            if (to.socket.writeQueueFull()) {
                from.channel.config().setAutoRead(false);
                to.socket.drainHandler(now -> from.channel.config().setAutoRead(true));
            }
        });
        ((NetSocketInternal) from.socket).eventHandler(event -> {
            if (event instanceof ChannelInputShutdownEvent) {
                inputEnded(from, to);
            }
        });
        from.socket.exceptionHandler(broken -> close());
        from.socket.closeHandler(now -> {
            from.closed = true;
            to.socket.close();
            if (to.closed) {
                ended.run();
            }
        });
    }

    private void inputEnded(Side from, Side to) {
        // An empty write comes to its end after all writes before it.
        to.socket.write(Buffer.buffer()).onComplete(flushed -> {
            to.outputEnded = true;
            if (from.outputEnded || flushed.failed()) {
                close();
            } else if (to.channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
        });
    }

    private static Channel channel(NetSocket socket) {
        return ((NetSocketInternal) socket).channelHandlerContext().channel();
    }

    /** One of the two connections. */
    private static final class Side {
        private final NetSocket socket;
        private final Channel channel;
        private boolean outputEnded;
        private boolean closed;

        Side(NetSocket socket) {
            this.socket = socket;
            this.channel = channel(socket);
        }
    }
}
