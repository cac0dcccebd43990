package io.keelson.lab.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreshnessCommandTest extends CommandTest {
    FreshnessCommandTest(@TempDir Path directory) {
        super(directory);
    }

    @Test
    void takesTheTimeFromItsClock() {
        fixture.initialised();
        repository.setExpires("root", Instant.now().plus(Duration.ofDays(7)));
        repository.publish("root");

        assertThat(fixture.refresh()).isZero();
        assertThat(fixture.refreshAt(Instant.now().plus(Duration.ofDays(8)))).isEqualTo(1);
        assertThat(fixture.refresh()).isZero();
    }

    @Test
    void updatesAnExpiredRootAndNothingElse() {
        fixture.initialised();
        assertThat(fixture.refresh()).isZero();
        repository.publish("root");
        repository.setExpires("root", Instant.now().minus(Duration.ofDays(1)));
        repository.publish("root", "targets", "snapshot", "timestamp");

        assertThat(fixture.refresh()).isEqualTo(1);

        assertThat(fixture.trusted()).containsExactly("root 3", "snapshot 1", "targets 1", "timestamp 1");
    }

    @Test
    void goesOnFromMetadataThatHasExpired() {
        fixture.initialised();
        repository.setExpires("timestamp", Instant.now().plus(Duration.ofDays(7)));
        repository.publish("timestamp");
        assertThat(fixture.refresh()).isZero();
        repository.setExpires("timestamp", Instant.now().plus(Duration.ofDays(21)));
        repository.publish("targets", "snapshot", "timestamp");

        assertThat(fixture.refreshAt(Instant.now().plus(Duration.ofDays(18)))).isZero();

        assertThat(fixture.trusted()).containsExactly("root 1", "snapshot 2", "targets 2", "timestamp 3");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void usesTheKeptSnapshotForRollbackChecksAlsoWithHashes(boolean hashes) {
        if (hashes) {
            repository.listHashes();
        }
        repository.publish("targets", "snapshot", "timestamp");
        fixture.initialised();
        assertThat(fixture.refresh()).isZero();
        repository.setVersion("targets", 1);
        repository.publishAsItIs("targets");
        repository.publish("snapshot", "timestamp");

        assertThat(fixture.refresh()).isEqualTo(1);

        assertThat(fixture.trusted()).containsExactly("root 1", "snapshot 2", "targets 2", "timestamp 3");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusesATimestampWhoseSnapshotIsOlder(boolean hashes) {
        if (hashes) {
            repository.listHashes();
        }
        repository.publish("snapshot", "timestamp");
        fixture.initialised();
        assertThat(fixture.refresh()).isZero();
        repository.setVersion("snapshot", 1);
        repository.publishAsItIs("snapshot");
        repository.publish("timestamp");

        assertThat(fixture.refresh()).isEqualTo(1);

        assertThat(fixture.trusted()).containsExactly("root 1", "snapshot 2", "targets 1", "timestamp 2");
        assertThat(repository.requests).endsWith("timestamp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void recoversFromFastForwardByRotatedKeys(String role) {
        for (int i = 0; i < 99; i++) {
            repository.publish("targets", "snapshot", "timestamp");
        }
        fixture.initialised();
        assertThat(fixture.refresh()).isZero();
        assertThat(fixture.version(role)).isEqualTo(100);
        repository.rotateKeys("snapshot");
        repository.rotateKeys("timestamp");
        repository.publish("root");
        for (var again : List.of("targets", "snapshot", "timestamp")) {
            repository.published.remove(again);
            repository.setVersion(again, 1);
        }
        repository.publish("targets", "snapshot", "timestamp");

        assertThat(fixture.refresh()).isZero();

        assertThat(fixture.version(role)).isEqualTo(1);
    }
}
