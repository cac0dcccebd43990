package io.keelson.server.drain;

import static io.keelson.server.drain.SimulatedApi.NODE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.fleet.ClusterName;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NodeObjectsTest {
    private static final ClusterName PROD = new ClusterName("prod");

    private final SimulatedApi api = new SimulatedApi();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final NodeObjects objects = new NodeObjects(
            (actor, cluster) -> {
                opened.incrementAndGet();
                return api;
            },
            (action, subject, detail) -> log.add(action + " " + subject),
            api);

    private boolean delete() {
        return objects.delete(PROD, NODE, () -> true);
    }

    @Test
    void deletesInTheBackgroundAndSaysOnceThatItIsGone() {
        assertThat(delete()).isFalse();
        await().until(this::delete);
        assertThat(api.gone).isTrue();
        assertThat(log).containsExactly("node.delete prod/w-1");
        // It is looked for again by whoever asks again, and not missed.
        await().until(this::delete);
    }

    @Test
    void isTriedEveryHalfMinuteOnly() {
        api.silent = 1;
        assertThat(delete()).isFalse();
        await().until(() -> api.calls.contains("close"));
        for (int i = 0; i < 5; i++) {
            assertThat(delete()).isFalse();
        }
        assertThat(opened).hasValue(1);
        api.pass(Duration.ofSeconds(31));
        await().until(this::delete);
        assertThat(api.gone).isTrue();
    }

    /** Two may want it gone, of whom one does not ask any more; later its host is a node again and leaves again. */
    @Test
    void saysNothingOfADeletionOfBefore() {
        assertThat(delete()).isFalse();
        await().until(() -> api.gone && log.size() == 1 && api.calls.contains("close"));
        api.pass(Duration.ofSeconds(31));
        api.gone = false;
        await().until(this::delete);
        assertThat(api.gone).isTrue();
        assertThat(log).hasSize(2);
    }

    /** Its host became a node again meanwhile: the kubelet would not make its object anew. */
    @Test
    void deletesNothingThatIsANodeAgain() {
        var asked = new AtomicInteger();
        await().until(() -> {
            api.pass(Duration.ofSeconds(31));
            return !objects.delete(PROD, NODE, () -> asked.incrementAndGet() < 0) && asked.get() > 1;
        });
        assertThat(api.gone).isFalse();
        assertThat(opened).hasValue(0);
    }
}
