package io.keelson.server.poolrollout;

import static io.keelson.server.drain.SimulatedApi.NODE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.fleet.ClusterName;
import io.keelson.server.drain.SimulatedApi;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadyNodesTest {
    private static final ClusterName PROD = new ClusterName("prod");

    private final SimulatedApi api = new SimulatedApi();
    private volatile Instant now = Instant.parse("2026-11-27T12:00:00Z");
    private final AtomicInteger opened = new AtomicInteger();
    private final ReadyNodes nodes = new ReadyNodes(
            (actor, cluster) -> {
                opened.incrementAndGet();
                return api;
            },
            () -> now,
            Duration.ofMillis(2));

    @AfterEach
    void ends() {
        nodes.close();
    }

    private void awaitSeen(Set<?> ready) {
        await().until(() -> nodes.of(PROD).equals(Optional.of(ready)));
    }

    @Test
    void saysWhichAreReadyAndWhenThatChanges() {
        assertThat(nodes.of(PROD)).isEmpty();
        awaitSeen(Set.of(NODE));
        api.ready = false;
        awaitSeen(Set.of());
        assertThat(opened).hasValue(1);
    }

    /** An API that does not answer says nothing of its nodes, least of all that they are well. */
    @Test
    void saysNothingThatIsOlderThanAMinute() {
        awaitSeen(Set.of(NODE));
        api.silent = Integer.MAX_VALUE;
        await().until(() -> opened.get() > 3);
        now = now.plusSeconds(59);
        assertThat(nodes.of(PROD)).contains(Set.of(NODE));
        now = now.plusSeconds(1);
        assertThat(nodes.of(PROD)).isEmpty();
    }

    /** Calls would go to pods that have ended, as long as a kube-proxy has not heard of that. */
    @Test
    void saysNothingBeforeAllHaveHeardOfAnApiThatWasAway() {
        awaitSeen(Set.of(NODE));
        api.silent = Integer.MAX_VALUE;
        await().until(() -> opened.get() > 1);
        now = now.plusSeconds(20);
        api.silent = 0;
        await().until(() -> nodes.of(PROD).isEmpty());
        now = now.plusSeconds(19);
        int looked = api.calls.size();
        await().until(() -> api.calls.size() > looked + 2);
        assertThat(nodes.of(PROD)).isEmpty();
        now = now.plusSeconds(1);
        awaitSeen(Set.of(NODE));
    }

    @Test
    void looksNoMoreWhenNobodyAsks() {
        awaitSeen(Set.of(NODE));
        await().until(() -> {
            now = now.plusSeconds(60);
            return api.calls.contains("close");
        });
        awaitSeen(Set.of(NODE));
    }

    @Test
    void endsWhenItIsClosed() {
        awaitSeen(Set.of(NODE));
        nodes.close();
        assertThat(nodes.of(PROD)).isEmpty();
        await().until(() -> api.calls.contains("close"));
    }
}
