package io.keelson.trust.tuf.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.trust.tuf.RoleName;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FreshnessTest {
    private final ClientFixture fixture = ClientFixture.strict().updated();

    @Test
    void fetchesNothingAgainThatIsTrustedAndListedStill() {
        fixture.repository.requests.clear();

        fixture.updated();

        assertThat(fixture.repository.requests).containsExactly("root 2", "timestamp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot", "targets"})
    void refusesNewMetadataThatHasExpired(String role) {
        fixture.repository.setExpires(role, fixture.now);
        fixture.repository.publish("targets", "snapshot", "timestamp");

        switch (role) {
            case "timestamp" -> fixture.refuses(ProblemCode.TRUST_EXPIRED);
            case "snapshot" -> fixture.refuses(ProblemCode.TRUST_EXPIRED, RoleName.TIMESTAMP);
            default -> fixture.refuses(ProblemCode.TRUST_EXPIRED, RoleName.TIMESTAMP, RoleName.SNAPSHOT);
        }

        fixture.repository.setExpires(role, fixture.now.plusSeconds(60));
        fixture.repository.publish("targets", "snapshot", "timestamp");
        fixture.updated();
        assertThat(fixture.version(RoleName.TARGETS)).isEqualTo(3);
    }

    @Test
    void refusesTrustedMetadataThatHasExpiredSince() {
        fixture.now = fixture.now.plus(Duration.ofDays(31));

        fixture.repository.setExpires("root", fixture.now.plusSeconds(60));
        fixture.repository.publish("root");
        fixture.refuses(ProblemCode.TRUST_EXPIRED, RoleName.ROOT);
    }

    @Test
    void goesOnFromExpiredMetadataToNewer() {
        fixture.now = fixture.now.plus(Duration.ofDays(31));
        for (var role : new String[] {"root", "targets", "snapshot", "timestamp"}) {
            fixture.repository.setExpires(role, fixture.now.plusSeconds(60));
            fixture.repository.publish(role);
        }

        fixture.updated();

        assertThat(fixture.version(RoleName.TIMESTAMP)).isEqualTo(2);
    }

    @Test
    void refusesATimestampOfALowerVersion() {
        fixture.repository.publish("timestamp");
        fixture.updated();
        fixture.repository.setVersion("timestamp", 1);
        fixture.repository.publishAsItIs("timestamp");

        fixture.refuses(ProblemCode.TRUST_ROLLBACK);
    }

    @Test
    void refusesATimestampThatListsALowerSnapshot() {
        fixture.repository.publish("snapshot", "timestamp");
        fixture.updated();
        fixture.repository.meta("timestamp", "snapshot.json").put("version", 1L);
        fixture.repository.publish("timestamp");

        fixture.refuses(ProblemCode.TRUST_ROLLBACK);
    }

    @Test
    void refusesASnapshotThatListsLowerTargets() {
        fixture.repository.publish("targets", "snapshot", "timestamp");
        fixture.updated();
        fixture.repository.meta("snapshot", "targets.json").put("version", 1L);
        fixture.repository.publish("snapshot", "timestamp");

        fixture.refuses(ProblemCode.TRUST_ROLLBACK, RoleName.TIMESTAMP);
    }

    @Test
    void refusesASnapshotFromWhichAFileHasVanished() {
        fixture.repository.delegate("targets", "delegated", false, "*");
        fixture.repository.publish("delegated", "targets", "snapshot", "timestamp");
        fixture.updated();
        fixture.repository.fields(fixture.repository.signed("snapshot"), "meta").remove("delegated.json");
        fixture.repository.publish("snapshot", "timestamp");

        fixture.refuses(ProblemCode.TRUST_VANISHED, RoleName.TIMESTAMP);
    }

    @Test
    void refusesMetadataOfAnotherVersionThanIsListed() {
        fixture.repository.setVersion("snapshot", 7);
        fixture.repository.publish("snapshot");
        fixture.repository.meta("timestamp", "snapshot.json").put("version", 2L);
        fixture.repository.publish("timestamp");

        fixture.refuses(ProblemCode.TRUST_MIX_AND_MATCH, RoleName.TIMESTAMP);
    }

    @Test
    void refusesAMixOfTwoReleasesThatAreBothSigned() {
        fixture.repository.listHashes();
        fixture.repository.publish("targets", "snapshot", "timestamp");
        var second = fixture.repository.latest("snapshot");
        fixture.repository.publish("targets", "snapshot");
        // Signatures differ in length; it is the hash that is meant here.
        fixture.repository.meta("timestamp", "snapshot.json").remove("length");
        fixture.repository.publish("timestamp");
        fixture.repository.replaceLatest("snapshot", second);

        fixture.refuses(ProblemCode.TRUST_CONTENT_MISMATCH, RoleName.TIMESTAMP);
    }

    @Test
    void refusesTheSameVersionOfATimestampWithOtherContent() {
        fixture.repository.meta("timestamp", "snapshot.json").put("version", 9L);
        fixture.repository.publishAsItIs("timestamp");

        fixture.refuses(ProblemCode.TRUST_SAME_VERSION_DIFFERS);
    }

    @Test
    void refusesTheSameVersionOfASnapshotWithOtherContent() {
        fixture.repository.listHashes();
        fixture.repository.setExpires("snapshot", fixture.now.plusSeconds(60));
        fixture.repository.publishAsItIs("snapshot");
        fixture.repository.publish("timestamp");

        fixture.refuses(ProblemCode.TRUST_SAME_VERSION_DIFFERS, RoleName.TIMESTAMP);
    }

    @Test
    void discardsTheSameVersionWithOtherContentWhereTheSpecificationSaysSo() {
        var tolerant = ClientFixture.with(TrustPolicy.SPECIFICATION).updated();
        tolerant.repository.meta("timestamp", "snapshot.json").put("version", 9L);
        tolerant.repository.publishAsItIs("timestamp");
        tolerant.repository.requests.clear();

        tolerant.updated();

        assertThat(tolerant.repository.requests).containsExactly("root 2", "timestamp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"timestamp", "snapshot 2", "targets 2"})
    void refusesARepositoryThatWithholdsAFile(String file) {
        fixture.repository.publish("targets", "snapshot", "timestamp");
        var role = file.split(" ")[0];
        fixture.repository.published.remove(role);
        fixture.repository.requests.clear();

        fixture.refuses(ProblemCode.TRUST_FILE_MISSING, RoleName.TIMESTAMP, RoleName.SNAPSHOT);

        assertThat(fixture.repository.requests).endsWith(file);
    }

    @Test
    void usesTheLaterTimeAndRaisesAnAlarmIfTheClockWasSetBack() {
        fixture.now = fixture.now.minus(Duration.ofDays(365));

        try (var update = fixture.client().update()) {
            assertThat(update.warnings()).extracting(Problem::code).containsExactly(ProblemCode.TRUST_CLOCK_BEHIND);
        }
        fixture.repository.setExpires("timestamp", ClientFixture.NOW.minusSeconds(1));
        fixture.repository.publish("timestamp");
        fixture.refuses(ProblemCode.TRUST_EXPIRED);
    }

    @Test
    void doesNotBelieveAClockTenYearsAheadForEver() {
        fixture.now = fixture.now.plus(Duration.ofDays(3_650));
        fixture.refuses(ProblemCode.TRUST_EXPIRED);

        fixture.now = ClientFixture.NOW.plusSeconds(1);
        try (var update = fixture.client().update()) {
            assertThat(update.warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void acceptsAClockThatWasSetBackOnlyIfThePolicySaysSo(TrustPolicy.Clock clock) {
        var strict = TrustPolicy.STRICT;
        var other = ClientFixture.with(
                        new TrustPolicy(strict.schemes(), strict.keyIds(), strict.sameVersion(), clock, 256, 32))
                .updated();
        other.now = other.now.minusSeconds(60);

        try (var update = other.client().update()) {
            assertThat(update.warnings()).hasSize(clock == TrustPolicy.Clock.NEVER_BACK ? 1 : 0);
        }
    }
}
