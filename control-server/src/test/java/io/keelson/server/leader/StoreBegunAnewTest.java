package io.keelson.server.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.server.store.Condition;
import io.keelson.server.store.EtcdProcess;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real etcd is begun anew from a snapshot while servers run that nobody has stopped; its leases are of before. */
class StoreBegunAnewTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** So long that none of before ends within the test. */
    private static final Duration TTL = Duration.ofMinutes(5);

    private static final long BUMP = 1_000_000_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void aServerThatWasNotStoppedLeadsByAnEpochOfTheNewBeginning() throws IOException {
        try (var etcd = EtcdProcess.start(directory);
                var store = etcd.store();
                var server = new Leadership(store, "other", TTL, System::nanoTime)) {
            server.start();
            await().atMost(PATIENCE).until(() -> server.current().isPresent());
            var old = server.require();
            var snapshot = directory.resolve("snapshot.db");
            try (var to = Files.newOutputStream(snapshot)) {
                store.snapshot(to);
            }
            etcd.beginAnew(snapshot, 7 * BUMP);
            await().atMost(PATIENCE)
                    .until(() ->
                            server.current().filter(now -> now.beginning() == 7).isPresent());
            var late = Transaction.when(Condition.holdsLeadership(old)).then(Write.put("/late", "order"));
            assertThat(store.commit(late)).isFalse();
        }
    }
}
