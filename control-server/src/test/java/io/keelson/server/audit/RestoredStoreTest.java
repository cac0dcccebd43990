package io.keelson.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.server.store.InMemoryStateStore;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The log is cut where the snapshot ends; that it was is in it from then on. */
class RestoredStoreTest {
    private static final int NUMBER = 1_491_120;
    private static final long BILLION = 1_000_000_000;

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final AuditLog audit = new AuditLog(store, "ctl-a", InstantSource.system());
    private Optional<RestoredStore.Restore> told = Optional.empty();

    private RestoredStore look() {
        return new RestoredStore(audit, store, () -> told);
    }

    private void tell(int number) {
        told = Optional.of(new RestoredStore.Restore(number, "5d0c81b2e9f3", "20260102T030405Z-server.cms", "ab12"));
    }

    @Test
    void aRestoreIsNotedOnceAlsoByServersThatStartLater() {
        audit.append("ann", "cluster.apply", "prod", "declared");
        assertThat(look().turn()).as("none was made").isFalse();
        store.raise(NUMBER * BILLION);
        tell(NUMBER);
        var server = look();
        assertThat(server.turn()).isTrue();
        assertThat(server.turn()).isFalse();
        assertThat(look().turn()).isFalse();
        assertThat(audit.entries()).hasSize(2).last().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("server.restore");
            assertThat(entry.subject()).isEqualTo(Integer.toString(NUMBER));
            assertThat(entry.detail()).contains("5d0c81b2e9f3", "20260102T030405Z-server.cms", "ab12", "cut off");
        });
        assertThat(audit.damage()).isEmpty();
    }

    @Test
    void whatTheKeeperSaysOfAnEarlierRestoreIsNotTakenForThisOne() {
        store.raise(NUMBER * BILLION);
        tell(NUMBER - 5);
        var server = look();
        assertThat(server.turn()).isFalse();
        tell(NUMBER);
        assertThat(server.turn()).isTrue();
        store.raise(7 * BILLION);
        tell(NUMBER + 7);
        assertThat(server.turn()).as("and the next").isTrue();
        assertThat(audit.entries()).hasSize(2);
    }

    @Test
    void aStoreThatIsAwayIsAskedAgain() {
        store.raise(NUMBER * BILLION);
        tell(NUMBER);
        var server = look();
        store.before("/keelson/v1/audit/restored", () -> {
            throw new IllegalStateException("away");
        });
        org.assertj.core.api.Assertions.assertThatThrownBy(server::turn).hasMessage("away");
        assertThat(audit.entries()).isEmpty();
        assertThat(server.turn()).isTrue();
        assertThat(audit.entries()).hasSize(1);
    }
}
