package io.keelson.trust.tuf.store;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.trust.Frozen;
import io.keelson.trust.tuf.RoleName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryStoreTest extends MetadataStoreContract {
    @TempDir
    Path directory;

    @Override
    MetadataStore store() {
        return new DirectoryStore(directory);
    }

    @Test
    void leavesOnlyNamesThatSayWhatTheyAre() throws IOException {
        var store = store();
        store.lock().close();
        store.write(RoleName.ROOT, new byte[] {1});
        store.write(new RoleName("../a b"), new byte[] {1});
        store.raiseClockFloor(Instant.EPOCH);

        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .containsExactlyInAnyOrder("root.json", "..%2Fa%20b.json", "clock-floor", "lock");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "2030", "{\"_type\":\"clock-floor\",\"formatVersion\":2,\"floor\":\"2030\"}"})
    void refusesAFloorThatItCannotReadInsteadOfForgettingIt(String text) throws IOException {
        Files.writeString(directory.resolve("clock-floor"), text);

        assertRefused(ProblemCode.TRUST_STATE_UNREADABLE, () -> store().clockFloor());
    }

    @Test
    void readsTheFloorThatVersion1Wrote() throws IOException {
        Files.write(directory.resolve("clock-floor"), Frozen.bytes("tuf/clock-floor"));

        assertThat(store().clockFloor()).hasValue(Instant.parse("2026-01-02T03:04:05Z"));
    }
}
