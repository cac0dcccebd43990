package io.keelson.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.problem.ProblemException;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class AuditLogTest {
    private static final String SECOND = Keys.AUDIT + "log/0000000000000002";

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final AuditLog log = new AuditLog(store, "s1", InstantSource.system());

    private void threeEntries() {
        for (int n = 1; n <= 3; n++) {
            log.append("admin", "cluster.apply", "prod", "change " + n);
        }
        assertThat(log.damage()).isEmpty();
    }

    @Test
    void entriesOfManyWritersMakeOneChain() throws Exception {
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int n = 0; n < 10; n++) {
                writers.submit(() -> log.append("admin", "cluster.apply", "prod", ""));
            }
        }
        assertThat(log.entries()).hasSize(10).extracting(AuditEntry::sequence).isSorted();
        assertThat(log.damage()).isEmpty();
    }

    @Test
    void removedEntryIsNoticed() {
        threeEntries();
        store.commit(Transaction.always(Write.delete(SECOND)));
        assertThat(log.damage()).contains("entry 2 is missing");
    }

    @Test
    void changedEntryIsNoticed() {
        threeEntries();
        var e = log.entries().get(1);
        var changed = new AuditEntry(
                e.sequence(),
                e.clockMillis(),
                e.server(),
                "somebody",
                e.action(),
                e.subject(),
                e.detail(),
                e.previous(),
                e.hash());
        store.commit(Transaction.always(Write.put(SECOND, Json.write(changed))));
        assertThat(log.damage()).contains("entry 2 was changed");
    }

    @Test
    void lostEndIsNoticed() {
        threeEntries();
        store.commit(Transaction.always(Write.delete(Keys.AUDIT + "log/0000000000000003")));
        assertThat(log.damage()).contains("entries after 2 are missing");
    }

    @Test
    void withoutTheStoreNothingIsAllowedToHappen() {
        store.unavailable(true);
        assertThatThrownBy(() -> log.append("admin", "cluster.apply", "prod", ""))
                .isInstanceOf(ProblemException.class);
    }
}
