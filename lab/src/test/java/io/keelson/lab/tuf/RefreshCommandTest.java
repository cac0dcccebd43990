package io.keelson.lab.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.trust.json.JsonText;
import io.keelson.trust.tuf.SimulatedKey;
import io.keelson.trust.tuf.SimulatedRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefreshCommandTest extends CommandTest {
    RefreshCommandTest(@TempDir Path directory) {
        super(directory);
    }

    @Test
    void asksForEachFileOnceAndKeepsItAsItCame() {
        repository.replaceLatest("timestamp", withSpace(repository.latest("timestamp")));
        fixture.initialised();

        assertThat(fixture.refresh()).isZero();

        assertThat(repository.requests).containsExactly("root 2", "timestamp", "snapshot 1", "targets 1");
        for (var role : List.of("root", "timestamp", "snapshot", "targets")) {
            assertThat(fixture.trusted(role)).isEqualTo(repository.latest(role));
        }
    }

    private static byte[] withSpace(byte[] document) {
        var longer = Arrays.copyOf(document, document.length + 1);
        longer[document.length] = ' ';
        return longer;
    }

    @Test
    void asksForNothingOnceTheTrustedRootIsInvalid() {
        var invalid = new LinkedHashMap<>(repository.signed("root"));
        invalid.remove("version");

        assertThat(fixture.initialise(JsonText.write(SimulatedRepository.envelope(List.of(), invalid))))
                .isEqualTo(1);

        assertThat(fixture.refresh()).isEqualTo(1);
        assertThat(repository.requests).isEmpty();
    }

    @Test
    void asksForNothingOnceTheTrustedRootIsNotSigned() throws IOException {
        var unsigned = JsonText.write(SimulatedRepository.envelope(
                List.of(SimulatedRepository.signature("ab", "3045")), repository.signed("root")));

        assertThat(fixture.initialise(unsigned)).isEqualTo(1);
        Files.write(fixture.metadata.resolve("root.json"), unsigned);

        assertThat(fixture.refresh()).isEqualTo(1);
        assertThat(repository.requests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "root, 'root 1'",
        "timestamp, 'root 2'",
        "snapshot, 'root 2,timestamp 2'",
        "targets, 'root 2,snapshot 2,timestamp 2'"
    })
    void keepsWhatCameBeforeAnUnsignedRole(String role, String trusted) {
        repository.signers.put(role, List.of());
        repository.publish("root", "targets", "snapshot", "timestamp");
        fixture.initialised();

        assertThat(fixture.refresh()).isEqualTo(1);

        assertThat(fixture.trusted()).containsExactly(trusted.split(","));
    }

    @ParameterizedTest
    @CsvSource({"root, 'root 1'", "snapshot, 'root 2,timestamp 2'", "targets, 'root 2,snapshot 2,timestamp 2'"})
    void keepsWhatCameBeforeAVersionThatIsNotTheOneInTheName(String role, String trusted) {
        repository.setVersion(role, 2);
        repository.publish("root", "targets", "snapshot", "timestamp");
        fixture.initialised();

        assertThat(fixture.refresh()).isEqualTo(1);

        assertThat(fixture.trusted()).containsExactly(trusted.split(","));
    }

    @Test
    void keepsTheTimestampThatItHasIfTheSameVersionChanges() {
        fixture.initialised();
        assertThat(fixture.refresh()).isZero();
        var first = repository.latest("timestamp");
        repository.meta("timestamp", "snapshot.json").put("version", 100L);
        repository.publishAsItIs("timestamp");

        assertThat(fixture.refresh()).isZero();

        assertThat(repository.requests).endsWith("timestamp");
        assertThat(fixture.trusted("timestamp")).isEqualTo(first);
    }

    @Test
    void checksHashesOfMetadataWhereTheyAreListed() {
        repository.listHashes();
        repository.publish("targets", "snapshot", "timestamp");
        fixture.initialised();
        assertThat(fixture.refresh()).isZero();
        repository.publish("targets");
        repository.fields(repository.meta("snapshot", "targets.json"), "hashes").put("sha256", "ab".repeat(32));
        repository.publish("snapshot", "timestamp");

        assertThat(fixture.refresh()).isEqualTo(1);

        assertThat(fixture.trusted()).containsExactly("root 1", "snapshot 3", "targets 2", "timestamp 3");
    }

    @Test
    void copesWithFieldsThatNoSpecificationKnows() {
        fixture.initialised();
        repository.signed("root").put("custom-field", "value");
        repository.roleKeys("root").put("another-field", "value");
        repository.addKey("root", SimulatedKey.ecdsa().with("extra-field", Map.of("a", 1, "b", 2)));
        repository.publish("root");

        assertThat(fixture.refresh()).isZero();
        assertThat(fixture.version("root")).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "snapshot, snapshot 2, 'root 1,snapshot 1,targets 1,timestamp 2'",
        "targets, targets 2, 'root 1,snapshot 2,targets 1,timestamp 2'"
    })
    void keepsWhatIsThereIfAListedFileIsMissing(String role, String request, String trusted) {
        fixture.initialised();
        assertThat(fixture.refresh()).isZero();
        if (role.equals("targets")) {
            repository.meta("snapshot", "targets.json").put("version", 2L);
            repository.publish("snapshot");
        } else {
            repository.meta("timestamp", "snapshot.json").put("version", 2L);
        }
        repository.publish("timestamp");

        assertThat(fixture.refresh()).isEqualTo(1);

        assertThat(repository.requests).endsWith(request);
        assertThat(fixture.trusted()).containsExactly(trusted.split(","));
    }

    @Test
    void refusesARepositoryWithoutTimestamp() {
        fixture.initialised();
        repository.published.remove("timestamp");

        assertThat(fixture.refresh()).isEqualTo(1);
        assertThat(repository.requests).endsWith("timestamp");
    }

    @Test
    void refusesASnapshotInTheTimestampsPlace() {
        fixture.initialised();
        repository.signer(
                "snapshot",
                repository.signers.getOrDefault("timestamp", List.of()).getFirst());
        repository.fields(repository.signed("snapshot"), "meta").put("snapshot.json", Map.of("version", 1));
        repository.publish("root", "snapshot");
        repository.published.put("timestamp", List.of(repository.latest("snapshot")));

        assertThat(fixture.refresh()).isEqualTo(1);
        assertThat(fixture.trusted()).containsExactly("root 2");
    }

    @Test
    void followsARepositoryWithoutConsistentSnapshots() {
        repository.signed("root").put("consistent_snapshot", false);
        repository.publish("root");
        repository.requests.clear();
        fixture.initialised();

        assertThat(fixture.refresh()).isZero();

        assertThat(repository.requests).containsExactly("root 2", "root 3", "timestamp", "snapshot", "targets");
    }
}
