package io.keelson.trust.tuf.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.keelson.trust.tuf.RoleName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that is killed at each durable change of an update with two new roots, rotated keys and a step forward. */
class UpdateCrashTest {
    private static final int NEVER = Integer.MAX_VALUE;

    @Test
    void countsTheChangesThatTheMatrixCovers() {
        var fixture = inTheMiddle();
        var store = new KilledStore(fixture.store, NEVER, false);

        fixture.client(store).update().close();

        // Timestamp and snapshot forgotten, two roots, timestamp, snapshot, targets, clock.
        assertThat(store.changes()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void convergesAfterADeathAtAnyChange(boolean afterwards) {
        for (int at = 0; at < 8; at++) {
            var fixture = inTheMiddle();
            var store = new KilledStore(fixture.store, at, afterwards);
            assertThatExceptionOfType(KilledStore.Killed.class)
                    .isThrownBy(() -> fixture.client(store).update());

            fixture.updated();

            assertThat(fixture.version(RoleName.ROOT))
                    .as("root after death at " + at)
                    .isEqualTo(3);
            assertThat(fixture.version(RoleName.TIMESTAMP))
                    .as("timestamp after death at " + at)
                    .isEqualTo(1);
            assertThat(fixture.version(RoleName.SNAPSHOT))
                    .as("snapshot after death at " + at)
                    .isEqualTo(1);
            assertThat(fixture.version(RoleName.TARGETS))
                    .as("targets after death at " + at)
                    .isEqualTo(2);
        }
    }

    /** Trusts version 1 of everything, with timestamp and snapshot at 2; the repository has recovered from an attack. */
    private static ClientFixture inTheMiddle() {
        var fixture = ClientFixture.strict();
        var repository = fixture.repository;
        repository.publish("snapshot", "timestamp");
        fixture.updated();
        fixture.now = fixture.now.plusSeconds(60);
        repository.rotateKeys("timestamp");
        repository.rotateKeys("snapshot");
        repository.publish("root", "root", "targets");
        for (var role : new String[] {"snapshot", "timestamp"}) {
            repository.published.remove(role);
            repository.setVersion(role, 1);
            repository.publish(role);
        }
        return fixture;
    }
}
