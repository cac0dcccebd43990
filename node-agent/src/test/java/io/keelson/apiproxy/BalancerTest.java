package io.keelson.apiproxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BalancerTest extends BalancerFixture {
    @Test
    void spreadsConnectionsOverAllUpstreams() throws Exception {
        balance(echo("a").endpoint(), echo("b").endpoint(), echo("c").endpoint());

        var names = new HashSet<String>();
        for (int i = 0; i < 9; i++) {
            names.add(greeting(connect()));
        }

        assertThat(names).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void failsOverWhenAnUpstreamRefuses() throws Exception {
        var refusing = echo("gone");
        refusing.fallSilent();
        balance(refusing.endpoint(), echo("b").endpoint());

        for (int i = 0; i < 6; i++) {
            assertThat(greeting(connect())).isEqualTo("b");
        }
    }

    @Test
    void failsOverWithinTheConnectTimeoutWhenAnUpstreamSwallowsConnections() throws Exception {
        balance(blackHole(), echo("b").endpoint());

        var began = Instant.now();
        assertThat(greeting(connect())).isEqualTo("b");
        assertThat(greeting(connect())).isEqualTo("b");

        assertThat(Duration.between(began, Instant.now()))
                .isLessThan(QUICK.connect().multipliedBy(10));
    }

    @Test
    void closesConnectionsOfAnUpstreamThatDied() throws Exception {
        var dying = echo("dying");
        balance(dying.endpoint());
        var client = connect();
        assertThat(greeting(client)).isEqualTo("dying");

        dying.fallSilent();

        client.setSoTimeout(10_000);
        assertThat(ends(client)).isTrue();
    }

    @Test
    void returnsToAnUpstreamThatAnswersAgain() throws Exception {
        var first = echo("first");
        var endpoint = first.endpoint();
        balance(endpoint);
        assertThat(greeting(connect())).isEqualTo("first");
        first.close();

        // The port is free once the kernel has taken leave of the accepting thread, a moment after close().
        await().ignoreExceptionsMatching(java.net.BindException.class::isInstance)
                .until(() -> track(LoopbackServer.start(
                                endpoint.port(),
                                socket -> socket.getOutputStream().write("second\n".getBytes(UTF_8))))
                        != null);

        await().until(() -> greetingOrNothing().equals("second"));
    }

    @Test
    void keepsEstablishedConnectionsWhenTheConfigurationChanges() throws Exception {
        balance(echo("old").endpoint());
        var established = connect();
        assertThat(greeting(established)).isEqualTo("old");

        configure(echo("new").endpoint());
        await().until(() -> greetingOrNothing().equals("new"));

        established.getOutputStream().write("still here\n".getBytes(UTF_8));
        assertThat(line(established)).isEqualTo("still here");
    }

    @Test
    void keepsTheConfigurationThatItHasWhenTheNextCannotBeRead() throws Exception {
        balance(echo("a").endpoint());
        assertThat(greeting(connect())).isEqualTo("a");

        Files.writeString(directory.resolve("api-proxy.json"), "{\"v\":1,\"upstreams\":[\"nonsense\"]}");

        await().during(Duration.ofMillis(300)).until(() -> greetingOrNothing().equals("a"));
    }

    @Test
    void survivesClientsThatLeaveBeforeTheyAreServed() throws Exception {
        balance(echo("a").endpoint());

        for (int i = 0; i < 200; i++) {
            new Socket("127.0.0.1", port).close();
        }

        assertThat(greeting(connect())).isEqualTo("a");
    }

    /** A listener whose queue is full: the kernel drops what knocks. */
    private Endpoint blackHole() throws IOException {
        var server = track(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        for (int i = 0; i < 4; i++) {
            var filler = track(SocketChannel.open());
            filler.configureBlocking(false);
            filler.connect(new InetSocketAddress("127.0.0.1", server.getLocalPort()));
        }
        return new Endpoint("127.0.0.1", server.getLocalPort());
    }
}
