package io.keelson.trust.tuf.store;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.trust.tuf.RoleName;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What every store keeps to. */
abstract class MetadataStoreContract {
    abstract MetadataStore store();

    @Test
    void holdsNothingAtFirst() {
        assertThat(store().read(RoleName.ROOT)).isEmpty();
        assertThat(store().clockFloor()).isEmpty();
    }

    @Test
    void givesBackWhatWasWrittenLast() {
        var store = store();
        store.write(RoleName.ROOT, new byte[] {1});
        store.write(RoleName.ROOT, new byte[] {2, 3});

        assertThat(store.read(RoleName.ROOT)).hasValue(new byte[] {2, 3});
    }

    @Test
    void keepsRolesOfSimilarNamesApart() {
        var store = store();
        store.write(new RoleName("a/b"), new byte[] {1});
        store.write(new RoleName("a%2Fb"), new byte[] {2});

        assertThat(store.read(new RoleName("a/b"))).hasValue(new byte[] {1});
        assertThat(store.read(new RoleName("a%2Fb"))).hasValue(new byte[] {2});
    }

    @Test
    void forgetsWhatIsRemovedAndNothingElse() {
        var store = store();
        store.write(RoleName.ROOT, new byte[] {1});
        store.write(RoleName.TIMESTAMP, new byte[] {2});
        store.remove(RoleName.TIMESTAMP);
        store.remove(RoleName.SNAPSHOT);

        assertThat(store.read(RoleName.TIMESTAMP)).isEmpty();
        assertThat(store.read(RoleName.ROOT)).isPresent();
    }

    @Test
    void notesTheLatestTime() {
        var store = store();
        store.raiseClockFloor(Instant.parse("2030-01-01T00:00:00Z"));
        store.raiseClockFloor(Instant.parse("2030-01-02T03:04:05.006Z"));

        assertThat(store.clockFloor()).hasValue(Instant.parse("2030-01-02T03:04:05.006Z"));
    }

    @Test
    void isHeldByOneAtATime() {
        var store = store();
        try (var held = store.lock()) {
            assertThat(held).isNotNull();
            assertRefused(ProblemCode.TRUST_STATE_LOCKED, store::lock);
        }
        store.lock().close();
    }
}
