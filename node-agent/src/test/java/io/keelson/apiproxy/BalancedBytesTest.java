package io.keelson.apiproxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What flows through a connection once it stands. */
@Timeout(60)
class BalancedBytesTest extends BalancerFixture {
    @Test
    void passesHalfCloseBehindAllBytes() throws Exception {
        var answer = new byte[5_000_000];
        Arrays.fill(answer, (byte) 'x');
        balance(track(LoopbackServer.start(socket -> {
                    int length = socket.getInputStream().readAllBytes().length;
                    socket.getOutputStream().write((length + "\n").getBytes(UTF_8));
                    socket.getOutputStream().write(answer);
                    socket.close();
                }))
                .endpoint());

        var client = connect();
        client.getOutputStream().write(new byte[3_000_000]);
        client.shutdownOutput();

        var received = client.getInputStream().readAllBytes();
        assertThat(new String(received, 0, 8, UTF_8)).isEqualTo("3000000\n");
        assertThat(received).hasSize(8 + answer.length);
    }

    @Test
    void stopsReadingFromAClientWhoseUpstreamDoesNotRead() throws Exception {
        var reading = new CountDownLatch(1);
        var largest = new AtomicLong();
        balance(track(LoopbackServer.start(socket -> {
                    awaitUninterrupted(reading);
                    long length = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                    largest.accumulateAndGet(length, Math::max);
                }))
                .endpoint());

        try (var client = SocketChannel.open(new InetSocketAddress("127.0.0.1", port))) {
            long accepted = writeUntilStuck(client);
            assertThat(accepted).isLessThan(64L << 20);
            reading.countDown();
            client.shutdownOutput();

            await().atMost(Duration.ofSeconds(20)).until(() -> largest.get() == accepted);
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    /** Writes without blocking until nothing more is taken for half a second. */
    private static long writeUntilStuck(SocketChannel client) throws IOException {
        client.configureBlocking(false);
        var block = ByteBuffer.allocate(1 << 16);
        long accepted = 0;
        var lastTaken = Instant.now();
        while (Duration.between(lastTaken, Instant.now()).toMillis() < 500 && accepted < 128L << 20) {
            block.clear();
            int taken = client.write(block);
            if (taken > 0) {
                accepted += taken;
                lastTaken = Instant.now();
            } else {
                Thread.onSpinWait();
            }
        }
        return accepted;
    }
}
