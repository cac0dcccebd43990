package io.keelson.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdStateStoreTest extends StateStoreContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path directory;

    private static EtcdProcess etcd;
    private static EtcdStateStore store;
    private static EtcdStateStore other;

    @BeforeAll
    static void start() {
        etcd = EtcdProcess.start(directory);
        store = etcd.store();
        other = etcd.store();
    }

    @AfterAll
    static void stop() {
        store.close();
        other.close();
        etcd.close();
    }

    @Override
    StateStore store() {
        return store;
    }

    @Override
    StateStore other() {
        return other;
    }

    @Override
    void forgetHistory(long revision) {
        store.compact(revision);
    }

    @Test
    void saysThatTheStoreIsUnavailableWhileEtcdIsDownAndGoesOnAfterwards() {
        store.commit(Transaction.always(Write.put("/restart/a", "one")));
        etcd.kill();
        assertThatThrownBy(() -> store.get("/restart/a"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.SERVER_STORE_UNAVAILABLE));
        etcd.start();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() ->
                        assertThat(store.get("/restart/a")).map(Entry::text).contains("one"));
    }

    @Test
    void watchGoesOnBehindWhatItSawWhenEtcdComesBack() {
        var seen = new CopyOnWriteArrayList<Change>();
        try (var watch = store.watch("/watched/", 0, seen::add)) {
            other.commit(Transaction.always(Write.put("/watched/a", "one")));
            await().atMost(PATIENCE).until(() -> seen.size() == 1);
            etcd.kill();
            etcd.start();
            try (var fresh = etcd.store()) {
                await().atMost(PATIENCE)
                        .ignoreExceptions()
                        .until(() -> fresh.commit(
                                Transaction.when(Condition.absent("/watched/b")).then(Write.put("/watched/b", "two"))));
            }
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts(seen)).containsExactly("one", "two"));
        }
    }

    @Test
    void refusesEndpointsWithoutTls() {
        assertThatThrownBy(() -> new EtcdEndpoints(
                        List.of(URI.create("http://127.0.0.1:2379")), directory, directory, directory))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
