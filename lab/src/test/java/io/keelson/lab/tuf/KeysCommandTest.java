package io.keelson.lab.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.trust.json.CanonicalJson;
import io.keelson.trust.tuf.SimulatedKey;
import io.keelson.trust.tuf.SimulatedRepository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KeysCommandTest extends CommandTest {
    KeysCommandTest(@TempDir Path directory) {
        super(directory);
    }

    @Test
    void refusesASnapshotThatTooFewOfItsKeysHaveSigned() {
        repository.setThreshold("snapshot", 3);
        repository.addKey("snapshot", SimulatedKey.ecdsa());
        repository.addKey("snapshot", SimulatedKey.ecdsa());
        repository.publish("root", "targets", "snapshot", "timestamp");
        fixture.initialised();
        assertThat(fixture.refresh()).isZero();
        repository.signers.getOrDefault("snapshot", List.of()).removeLast();
        repository.publish("targets", "snapshot", "timestamp");

        assertThat(fixture.refresh()).isEqualTo(1);
        assertThat(fixture.version("snapshot")).isEqualTo(2);
    }

    @Test
    void acceptsARootThatWantsMoreSignaturesThanThereAreKeysButNothingBelowIt() {
        fixture.initialised();
        assertThat(fixture.refresh()).isZero();
        for (int i = 0; i < 4; i++) {
            repository.addKey("snapshot", SimulatedKey.ecdsa());
        }
        repository.setThreshold("snapshot", 6);
        repository.publish("root", "snapshot", "timestamp");

        assertThat(fixture.refresh()).isEqualTo(1);
        assertThat(fixture.trusted()).containsExactly("root 2", "snapshot 1", "targets 1", "timestamp 2");
    }

    @Test
    void doesNotCountOneKeySeveralTimes() {
        fixture.initialised();
        var key = SimulatedKey.ecdsa();
        for (int i = 0; i < 9; i++) {
            repository.grantKey("snapshot", key);
        }
        repository.signer("snapshot", key);
        repository.setThreshold("snapshot", 6);
        repository.publish("root", "snapshot", "timestamp");

        assertThat(fixture.refresh()).isEqualTo(1);
        assertThat(fixture.version("snapshot")).isZero();
    }

    @Test
    void doesNotCountOneKeyUnderSeveralIds() {
        fixture.initialised();
        var key = SimulatedKey.ecdsa();
        repository.addKey("snapshot", key.with("copy", 1));
        repository.addKey("snapshot", key.with("copy", 2));
        repository.addKey("snapshot", key.as(SimulatedKey.Kind.ECDSA_OLD_NAME));
        repository.setThreshold("snapshot", 3);
        repository.publish("root", "snapshot", "timestamp");

        assertThat(fixture.refresh()).isEqualTo(1);
        assertThat(fixture.trusted()).containsExactly("root 2", "timestamp 2");
    }

    @Test
    void refusesASecondSignatureByTheSameKeyEvenIfOneIsEnough() {
        fixture.initialised();
        var key = repository.signers.getOrDefault("snapshot", List.of()).getFirst();
        var signature =
                SimulatedRepository.signature(key.id(), key.sign(CanonicalJson.encode(repository.signed("snapshot"))));
        repository.replaceSignatures("snapshot", List.of(signature, signature));

        assertThat(fixture.refresh()).isEqualTo(1);
        assertThat(fixture.version("snapshot")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void acceptsAndChecksEveryKindOfKey(SimulatedKey.Kind kind) {
        fixture.initialised();
        var key = SimulatedKey.of(kind);
        repository.addKey("root", key);
        repository.setThreshold("root", 2);
        repository.publish("root");
        assertThat(fixture.refresh()).isZero();
        assertThat(fixture.version("root")).isEqualTo(2);

        repository.publish("root");
        var first = repository.signers.getOrDefault("root", List.of()).getFirst();
        repository.replaceSignatures(
                "root",
                List.of(
                        SimulatedRepository.signature(
                                first.id(), first.sign(CanonicalJson.encode(repository.signed("root")))),
                        SimulatedRepository.signature(key.id(), key.sign(new byte[] {1}))));

        assertThat(fixture.refresh()).isEqualTo(1);
        assertThat(fixture.version("root")).isEqualTo(2);
    }

    @Test
    void passesOverSignaturesThatMakeNoSenseOnceEnoughOthersAreGood() {
        fixture.initialised();
        var absent = repository.signers.getOrDefault("timestamp", List.of()).getFirst();
        var signing = SimulatedKey.ecdsa();
        repository.addKey("timestamp", signing);
        repository.publish("root");
        for (var senseless : List.of(absent.sign(new byte[] {1}), "", "zz", "abc")) {
            repository.publish("timestamp");
            repository.replaceSignatures(
                    "timestamp",
                    List.of(
                            SimulatedRepository.signature(absent.id(), senseless),
                            SimulatedRepository.signature(
                                    signing.id(), signing.sign(CanonicalJson.encode(repository.signed("timestamp"))))));

            assertThat(fixture.refresh()).as("with '" + senseless + "'").isZero();
        }
    }

    @Test
    void believesDeclaredKeyIdsAndIgnoresWhatIsSaidOfTheirHash() {
        fixture.initialised();
        repository.withdrawKeys("snapshot");
        repository.addKey(
                "snapshot",
                SimulatedKey.ecdsa().with("keyid_hash_algorithms", "md5").called("ab".repeat(32)));
        repository.publish("root", "snapshot", "timestamp");

        assertThat(fixture.refresh()).isZero();
        assertThat(fixture.trusted()).containsExactly("root 2", "snapshot 2", "targets 1", "timestamp 2");
    }

    /** Keys and signers by number, threshold 3 from the beginning. */
    @ParameterizedTest
    @CsvSource({
        "0 1 2 3 4,0 4 1,true",
        "0 1 3 4 5,0 4 1,true",
        "0 1 3 4 5,0 2 4 5,true",
        "5 6 7 8 9,0 2 4 5 6 7,true",
        "0 1 3 4 5,0 2 4,false",
        "0 1 3 4 5,0 4 5,false"
    })
    void followsRootsWithThresholds(String granted, String signers, boolean accepted) {
        var keys = keys();
        repository.published.remove("root");
        give("root", keys, "0 1 2 3 4", "0 2 4", 3);
        repository.publish("root");
        fixture.initialised();
        give("root", keys, granted, signers, 3);
        repository.publish("root");

        assertThat(fixture.refresh()).isEqualTo(accepted ? 0 : 1);
        assertThat(fixture.trusted("root"))
                .isEqualTo(repository.published.getOrDefault("root", List.of()).get(accepted ? 1 : 0));
    }

    @ParameterizedTest
    @CsvSource({"2,1,2,true", "1,1,3 1 4,true", "2,1,1 3 4,false", "0 1 3 4 5,3,0 2 4,false", "0 1 2 3 4,3,2 3 4,true"})
    void followsOtherRolesWithThresholds(String granted, int threshold, String signers, boolean accepted) {
        var keys = keys();
        fixture.initialised();
        for (var role : List.of("timestamp", "snapshot", "targets")) {
            give(role, keys, granted, signers, threshold);
            repository.publish("root", "targets", "snapshot", "timestamp");

            assertThat(fixture.refresh()).isEqualTo(accepted ? 0 : 1);
            if (accepted) {
                assertThat(fixture.trusted(role)).isEqualTo(repository.latest(role));
            }
        }
    }

    private static List<SimulatedKey> keys() {
        var keys = new ArrayList<SimulatedKey>();
        for (int i = 0; i < 10; i++) {
            keys.add(SimulatedKey.ecdsa());
        }
        return keys;
    }

    private void give(String role, List<SimulatedKey> keys, String granted, String signers, int threshold) {
        repository.withdrawKeys(role);
        repository.setThreshold(role, threshold);
        for (var number : granted.split(" ")) {
            repository.grantKey(role, keys.get(Integer.parseInt(number)));
        }
        for (var number : signers.split(" ")) {
            repository.signer(role, keys.get(Integer.parseInt(number)));
        }
    }
}
