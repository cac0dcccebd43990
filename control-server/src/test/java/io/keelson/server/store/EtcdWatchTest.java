package io.keelson.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch.Listener;
import io.etcd.jetcd.Watch.Watcher;
import io.etcd.jetcd.options.WatchOption;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EtcdWatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * etcd's client calls back while it holds a lock that its own methods take; whoever calls it while holding the lock
     * that the callback wants waits for ever. Seen when etcd went away while two streams were being opened again.
     */
    @Test
    void callsTheClientWithoutTheLockThatTheCallbacksWant() {
        var streams = new BreakingStreams();
        var client = (Client) Proxy.newProxyInstance(
                Client.class.getClassLoader(), new Class<?>[] {Client.class}, (self, method, arguments) -> streams);
        var watch = EtcdWatch.start(client, "/a/", 5, change -> {});
        await().atMost(PATIENCE).until(() -> streams.opened.get() == 3);
        watch.close();
        assertThat(streams.stuck).hasValue(0);
        assertThat(streams.ended).hasValue(3);
    }

    /** Streams of which the first two break while they are being opened. */
    private static final class BreakingStreams implements io.etcd.jetcd.Watch {
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger ended = new AtomicInteger();
        private final AtomicInteger stuck = new AtomicInteger();

        @Override
        public Watcher watch(ByteSequence key, WatchOption option, Listener listener) {
            if (opened.incrementAndGet() < 3) {
                breakFromAnotherThread(listener);
            }
            return new Watcher() {
                private boolean closed;

                @Override
                public void close() {
                    if (!closed) {
                        closed = true;
                        ended.incrementAndGet();
                    }
                }

                @Override
                public boolean isClosed() {
                    return closed;
                }

                @Override
                public void requestProgress() {}
            };
        }

        private void breakFromAnotherThread(Listener listener) {
            var callback = Thread.ofPlatform()
                    .daemon()
                    .start(() -> listener.onError(new IllegalStateException("the stream broke (the test means it)")));
            try {
                if (!callback.join(Duration.ofSeconds(2))) {
                    stuck.incrementAndGet();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }

        @Override
        public void requestProgress() {}

        @Override
        public void close() {}
    }
}
