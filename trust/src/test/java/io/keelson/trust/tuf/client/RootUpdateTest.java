package io.keelson.trust.tuf.client;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.SimulatedKey;
import io.keelson.trust.tuf.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RootUpdateTest {
    private final ClientFixture fixture = ClientFixture.strict();

    @Test
    void acceptsAllRootsUpToTheLatest() {
        for (int i = 0; i < 5; i++) {
            fixture.repository.publish("root");
        }

        fixture.updated();

        assertThat(fixture.version(RoleName.ROOT)).isEqualTo(6);
        assertThat(fixture.repository.requests)
                .containsExactly(
                        "root 2",
                        "root 3",
                        "root 4",
                        "root 5",
                        "root 6",
                        "root 7",
                        "timestamp",
                        "snapshot 1",
                        "targets 1");
    }

    /** Keys and signers by number; the first root needs {@code oldThreshold} of {@code oldKeys}. */
    @ParameterizedTest
    @CsvSource({
        "0,1,1,0 1,true", // both ends of a rotation have signed
        "0,1,1,0,false", // the old key only
        "0,1,1,1,false", // the new key only
        "0,1,1,8 9,false", // strangers
        "0,1,0 1,0 1,true", // a key is added
        "0 1 2,2,0 1 2,0 8,false", // one old key and an attacker
        "0 1 2,2,3 4 5,0 1 3 4,true",
        "0 1 2,2,3 4 5,0 1 3,false", // one new key too few
        "0 1 2,2,3 4 5,0 3 4,false", // one old key too few
        "0 1 2,2,0 1 3,0 1,true"
    })
    void acceptsARootOnlyFromEnoughOldAndEnoughNewKeys(
            String oldKeys, int threshold, String newKeys, String signers, boolean accepted) {
        var keys = new ArrayList<SimulatedKey>();
        for (int i = 0; i < 10; i++) {
            keys.add(SimulatedKey.of(SimulatedKey.Kind.ED25519));
        }
        fixture.repository.published.remove("root");
        give(keys, oldKeys, oldKeys, threshold);
        fixture.repository.publish("root");
        fixture.initialise();
        give(keys, newKeys, signers, threshold);
        fixture.repository.publish("root");

        if (accepted) {
            fixture.updated();
            assertThat(fixture.version(RoleName.ROOT)).isEqualTo(2);
        } else {
            fixture.refuses(ProblemCode.TRUST_THRESHOLD_NOT_MET);
        }
    }

    private void give(List<SimulatedKey> keys, String granted, String signers, int threshold) {
        fixture.repository.withdrawKeys("root");
        fixture.repository.setThreshold("root", threshold);
        for (var number : granted.split(" ")) {
            fixture.repository.grantKey("root", keys.get(Integer.parseInt(number)));
        }
        for (var number : signers.split(" ")) {
            fixture.repository.signer("root", keys.get(Integer.parseInt(number)));
        }
    }

    @Test
    void refusesARootThatSkipsAVersion() {
        fixture.repository.setVersion("root", 2);
        fixture.repository.publish("root");

        fixture.refuses(ProblemCode.TRUST_ROOT_CHAIN_BROKEN);
    }

    @Test
    void refusesTheSameRootAgainUnderTheNextNumber() {
        fixture.repository.publishAsItIs("root");

        fixture.refuses(ProblemCode.TRUST_ROOT_CHAIN_BROKEN);
    }

    @Test
    void keepsEveryRootThatWasAcceptedBeforeARefusal() {
        fixture.repository.publish("root", "root");
        fixture.repository.signers.put("root", List.of(SimulatedKey.ecdsa()));
        fixture.repository.publish("root");

        fixture.refuses(ProblemCode.TRUST_THRESHOLD_NOT_MET, RoleName.ROOT);

        assertThat(fixture.version(RoleName.ROOT)).isEqualTo(3);
    }

    @Test
    void looksAtTheDateOfTheLatestRootOnly() {
        fixture.repository.setExpires("root", fixture.now.minusSeconds(1));
        fixture.repository.publish("root");
        fixture.refuses(ProblemCode.TRUST_EXPIRED, RoleName.ROOT);

        fixture.repository.setExpires("root", fixture.now.plusSeconds(1));
        fixture.repository.publish("root");
        fixture.updated();

        assertThat(fixture.version(RoleName.ROOT)).isEqualTo(3);
    }

    @Test
    void refusesMoreThan256NewRootsInOneUpdateAndGoesOnInTheNext() {
        for (int i = 0; i < 257; i++) {
            fixture.repository.publish("root");
        }

        fixture.refuses(ProblemCode.TRUST_ROOT_ROTATIONS, RoleName.ROOT);
        assertThat(fixture.version(RoleName.ROOT)).isEqualTo(257);

        fixture.updated();
        assertThat(fixture.version(RoleName.ROOT)).isEqualTo(258);
    }

    @Test
    void recoversFromFastForwardOnceTheKeysAreRotated() {
        fixture.repository.setVersion("snapshot", Long.MAX_VALUE - 1);
        fixture.repository.setVersion("timestamp", Long.MAX_VALUE);
        fixture.repository.published.remove("snapshot");
        fixture.repository.published.remove("timestamp");
        var server = fixture.repository;
        server.publishAsItIs("snapshot");
        server.signed("root").put("consistent_snapshot", false);
        server.publish("root");
        server.publishAsItIs("timestamp");
        fixture.updated();
        assertThat(fixture.version(RoleName.TIMESTAMP)).isEqualTo(Long.MAX_VALUE);

        server.setVersion("snapshot", 1);
        server.setVersion("timestamp", 1);
        server.publishAsItIs("snapshot");
        server.publishAsItIs("timestamp");
        fixture.refuses(ProblemCode.TRUST_ROLLBACK);

        server.rotateKeys("snapshot");
        server.rotateKeys("timestamp");
        server.publish("root");
        server.publishAsItIs("snapshot");
        server.publishAsItIs("timestamp");
        fixture.updated();
        assertThat(fixture.version(RoleName.TIMESTAMP)).isEqualTo(1);
        assertThat(fixture.version(RoleName.SNAPSHOT)).isEqualTo(1);
    }

    @Test
    void forgetsWhatARoleSaidBeforeItLostAKeyAlsoIfTheOldKeyComesBack() {
        var server = fixture.repository;
        var old = List.copyOf(server.signers.getOrDefault("timestamp", List.of()));
        server.setVersion("timestamp", 100);
        server.publish("timestamp");
        server.published.put("timestamp", new ArrayList<>(List.of(server.latest("timestamp"))));
        fixture.updated();

        server.rotateKeys("timestamp");
        server.publish("root");
        server.withdrawKeys("timestamp");
        old.forEach(key -> server.addKey("timestamp", key));
        server.publish("root");
        server.setVersion("timestamp", 1);
        server.publishAsItIs("timestamp");
        fixture.updated();

        assertThat(fixture.version(RoleName.TIMESTAMP)).isEqualTo(1);
    }

    @Test
    void asksForNothingWithoutATrustedRoot() {
        fixture.store.remove(RoleName.ROOT);

        fixture.refuses(ProblemCode.TRUST_NOT_INITIALISED);

        assertThat(fixture.repository.requests).isEmpty();
    }

    @Test
    void neverReplacesATrustedRootByInitialisingAgain() {
        var other = ClientFixture.strict().repository.latest("root");

        TufClient.initialise(fixture.store, fixture.repository.latest("root"), fixture.policy);
        assertRefused(ProblemCode.TRUST_ROOT_DIFFERS, () -> TufClient.initialise(fixture.store, other, fixture.policy));
    }

    @Test
    void refusesToInitialiseWithARootThatItsOwnKeysHaveNotSigned() {
        fixture.repository.signers.put("root", List.of(SimulatedKey.ecdsa()));
        fixture.repository.publish("root");

        assertRefused(
                ProblemCode.TRUST_THRESHOLD_NOT_MET,
                () -> TufClient.initialise(new MemoryStore(), fixture.repository.latest("root"), fixture.policy));
    }
}
