package io.keelson.trust.tuf.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.trust.json.CanonicalJson;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.SimulatedKey;
import io.keelson.trust.tuf.SimulatedRepository;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedMetadataTest {
    private final ClientFixture fixture = ClientFixture.strict().updated();
    private final SimulatedRepository repository = fixture.repository;

    /** A client must refuse each for a reason, keep what it has, and take the next good version. */
    private void refusesAndRecovers(ProblemCode code) {
        fixture.refuses(code);
        repository.publish("timestamp");
        fixture.updated();
        assertThat(fixture.version(RoleName.TIMESTAMP)).isGreaterThan(1);
    }

    @Test
    void refusesADocumentCutAtAnyPlace() {
        repository.publish("timestamp");
        var whole = repository.latest("timestamp");
        for (int length = 0; length < whole.length; length += 16) {
            repository.replaceLatest("timestamp", Arrays.copyOf(whole, length));
            fixture.refuses(ProblemCode.TRUST_METADATA_INVALID);
        }
        repository.replaceLatest("timestamp", whole);
        fixture.updated();
    }

    @Test
    void refusesAFlippedBitAnywhereInWhatIsSigned() {
        repository.publish("timestamp");
        var whole = repository.latest("timestamp");
        int begin = new String(whole, StandardCharsets.US_ASCII).indexOf("\"signed\"");
        for (int i = begin; i < whole.length; i += 3) {
            var flipped = whole.clone();
            flipped[i] ^= 1;
            repository.replaceLatest("timestamp", flipped);
            assertThat(catchCode()).isIn(ProblemCode.TRUST_METADATA_INVALID, ProblemCode.TRUST_THRESHOLD_NOT_MET);
        }
    }

    private ProblemCode catchCode() {
        try {
            fixture.updated();
            return ProblemCode.INTERNAL;
        } catch (ProblemException e) {
            return e.problem().code();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"signatures\":[],\"signatures\":[],\"signed\":{}}",
                "{\"signatures\":[],\"signed\":{}} {}",
                "{\"signatures\":[],\"signed\":null}",
                "{\"signatures\":{},\"signed\":{}}",
                "{\"signatures\":[]}",
                "[]",
                "\uFEFF{}",
                "nonsense"
            })
    void refusesWhatIsNoStrictDocument(String text) {
        repository.replaceLatest("timestamp", text.getBytes(StandardCharsets.UTF_8));

        refusesAndRecovers(ProblemCode.TRUST_METADATA_INVALID);
    }

    @Test
    void refusesNestingWithoutEnd() {
        repository.replaceLatest("timestamp", "[".repeat(16_000).getBytes(StandardCharsets.UTF_8));

        refusesAndRecovers(ProblemCode.TRUST_METADATA_INVALID);
    }

    @Test
    void refusesAnAnswerThatIsTooLarge() {
        repository.replaceLatest("timestamp", new byte[16_385]);

        refusesAndRecovers(ProblemCode.TRUST_TOO_LARGE);
    }

    /** Signed as they should be, and wrong all the same. */
    @ParameterizedTest
    @CsvSource({
        "_type, snapshot",
        "spec_version, 2.0.0",
        "spec_version, 1",
        "version, 0",
        "version, -1",
        "expires, 2031-01-01T00:00:00",
        "expires, 2031-01-01T00:00:00.0Z",
        "expires, 2031-13-01T00:00:00Z",
        "expires, 2031-01-01"
    })
    void refusesFieldsThatAreNotWhatTheyShouldBe(String field, String value) {
        var before = repository.signed("timestamp").get(field);
        repository.setVersion("timestamp", 2);
        repository.signed("timestamp").put(field, value.matches("-?[0-9]") ? Long.valueOf(value) : value);
        repository.publishAsItIs("timestamp");
        fixture.refuses(ProblemCode.TRUST_METADATA_INVALID);

        repository.signed("timestamp").put(field, String.valueOf(before));
        repository.setVersion("timestamp", 2);
        repository.publish("timestamp");
        fixture.updated();
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "timestamp", "snapshot", "targets"})
    void refusesADelegationToATopLevelRole(String name) {
        repository.delegate("targets", "other", false, "*");
        repository
                .fields(
                        Map.of(
                                "role",
                                repository
                                        .roles(repository.delegations("targets"))
                                        .getFirst()),
                        "role")
                .put("name", name);
        repository.publish("targets", "snapshot", "timestamp");

        fixture.refuses(ProblemCode.TRUST_METADATA_INVALID, RoleName.TIMESTAMP, RoleName.SNAPSHOT);
    }

    @Test
    void refusesAKeyWhoseIdIsNotItsHash() {
        repository.grantKey("timestamp", SimulatedKey.ecdsa().called("ab".repeat(32)));
        repository.publish("root");

        fixture.refuses(ProblemCode.TRUST_METADATA_INVALID);
    }

    @Test
    void countsNeitherUnknownNorStrangersNorRsaKeys() {
        repository.withdrawKeys("timestamp");
        repository.setThreshold("timestamp", 2);
        repository.addKey("timestamp", SimulatedKey.ecdsa());
        repository.addKey("timestamp", SimulatedKey.of(SimulatedKey.Kind.RSA_PSS));
        repository.grantKey("timestamp", SimulatedKey.ecdsa().with("scheme", "made-up"));
        repository.signer("timestamp", SimulatedKey.ecdsa());
        repository.publish("root", "timestamp");

        fixture.refuses(ProblemCode.TRUST_THRESHOLD_NOT_MET, RoleName.ROOT, RoleName.TIMESTAMP);
    }

    @Test
    void refusesReleasesThatTheTimestampsKeyHasSigned() {
        repository.signers.put("targets", repository.signers.getOrDefault("timestamp", List.of()));
        repository.publish("targets", "snapshot", "timestamp");

        fixture.refuses(ProblemCode.TRUST_THRESHOLD_NOT_MET, RoleName.TIMESTAMP, RoleName.SNAPSHOT);
    }

    @Test
    void refusesTheSameSignatureTwice() {
        repository.publish("timestamp");
        var key = repository.signers.getOrDefault("timestamp", List.of()).getFirst();
        var signature =
                SimulatedRepository.signature(key.id(), key.sign(CanonicalJson.encode(repository.signed("timestamp"))));
        repository.replaceSignatures("timestamp", List.of(signature, signature));

        refusesAndRecovers(ProblemCode.TRUST_METADATA_INVALID);
    }

    @Test
    void refusesTrustedMetadataThatWasDamagedInsteadOfForgettingIt() {
        fixture.store.write(RoleName.TIMESTAMP, new byte[] {1});

        fixture.refuses(ProblemCode.TRUST_STATE_UNREADABLE);
    }

    @Test
    void refusesATrustedRootThatWasDamagedWhetherItCanBeReadOrNot() {
        fixture.store.write(RoleName.ROOT, new byte[] {1});
        fixture.refuses(ProblemCode.TRUST_STATE_UNREADABLE);

        var root = new String(repository.latest("root"), StandardCharsets.UTF_8);
        fixture.store.write(
                RoleName.ROOT,
                root.replaceFirst("\"expires\":\"20", "\"expires\":\"21").getBytes(StandardCharsets.UTF_8));
        fixture.refuses(ProblemCode.TRUST_STATE_UNREADABLE);
    }
}
