package io.keelson.server.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.key.KeyRing;
import io.keelson.trust.tuf.key.RoleKeys;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.repository.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FreshnessPolicyTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final RoleKeys PEOPLE = new RoleKeys(List.of("alice", "bob"), 2);
    private static final RoleKeys SERVER = new RoleKeys(List.of("old", "new"), 1);
    private static final Set<String> OWN = Set.of("new", "unused");
    private static final Duration SNAPSHOT = FreshnessPolicy.SNAPSHOT_LIFE;
    private static final Duration TIMESTAMP = FreshnessPolicy.TIMESTAMP_LIFE;

    private Root root = root(SERVER, SERVER);
    private Optional<Standing> snapshot = Optional.of(standing(RoleName.SNAPSHOT, SNAPSHOT, true, true));
    private Optional<Standing> timestamp = Optional.of(standing(RoleName.TIMESTAMP, TIMESTAMP, true, true));

    private List<Standing> listed = List.of(standing(RoleName.TARGETS, Duration.ofDays(365), true, true));

    private static Root root(RoleKeys snapshot, RoleKeys timestamp) {
        var roles = Map.of(
                RoleName.ROOT,
                PEOPLE,
                RoleName.TARGETS,
                PEOPLE,
                RoleName.SNAPSHOT,
                snapshot,
                RoleName.TIMESTAMP,
                timestamp);
        return new Root(1, NOW.plus(Duration.ofDays(365)), true, new KeyRing(Map.of()), roles);
    }

    private static Standing standing(RoleName role, Duration left, boolean signed, boolean current) {
        return new Standing(role, 7, NOW.plus(left), SERVER, signed, current);
    }

    private FreshnessStep next() {
        return next(OWN);
    }

    private FreshnessStep next(Set<String> own) {
        var standings = new ArrayList<Standing>();
        snapshot.ifPresent(standings::add);
        timestamp.ifPresent(standings::add);
        standings.addAll(listed);
        return FreshnessPolicy.next(root, standings, own, NOW);
    }

    private void snapshot(Duration left, boolean signed, boolean current) {
        snapshot = Optional.of(standing(RoleName.SNAPSHOT, left, signed, current));
    }

    private void timestamp(Duration left, boolean signed, boolean current) {
        timestamp = Optional.of(standing(RoleName.TIMESTAMP, left, signed, current));
    }

    private static FreshnessStep signSnapshot() {
        return new FreshnessStep.Sign(RoleName.SNAPSHOT, NOW.plus(Duration.ofDays(30)));
    }

    private static FreshnessStep signTimestamp() {
        return new FreshnessStep.Sign(RoleName.TIMESTAMP, NOW.plus(Duration.ofDays(7)));
    }

    @Test
    void restsWhileAllIsFresh() {
        assertThat(next()).isEqualTo(new FreshnessStep.Rest());
    }

    @Test
    void signsNothingBeforeThereIsSomethingToList() {
        snapshot = Optional.empty();
        timestamp = Optional.empty();
        listed = List.of();
        assertThat(next()).isEqualTo(new FreshnessStep.Rest());
    }

    @Test
    void signsTheSnapshotFirstAndThenTheTimestamp() {
        snapshot = Optional.empty();
        timestamp = Optional.empty();
        assertThat(next()).isEqualTo(signSnapshot());
        snapshot(SNAPSHOT, true, true);
        assertThat(next()).isEqualTo(signTimestamp());
    }

    @Test
    void signsWhatDoesNotListTheLatest() {
        snapshot(SNAPSHOT, true, false);
        assertThat(next()).isEqualTo(signSnapshot());
        snapshot(SNAPSHOT, true, true);
        timestamp(TIMESTAMP, true, false);
        assertThat(next()).isEqualTo(signTimestamp());
    }

    @Test
    void signsAnewWhatTheRootsKeysHaveNotSigned() {
        snapshot(SNAPSHOT, false, true);
        assertThat(next()).isEqualTo(signSnapshot());
        snapshot(SNAPSHOT, true, true);
        timestamp(TIMESTAMP, false, true);
        assertThat(next()).isEqualTo(signTimestamp());
    }

    @Test
    void renewsWhenAThirdOfALifeIsOver() {
        snapshot(Duration.ofDays(20), true, true);
        assertThat(next()).isEqualTo(new FreshnessStep.Rest());
        snapshot(Duration.ofDays(20).minusSeconds(1), true, true);
        assertThat(next()).isEqualTo(signSnapshot());
        snapshot(SNAPSHOT, true, true);
        timestamp(Duration.ofHours(112), true, true);
        assertThat(next()).isEqualTo(new FreshnessStep.Rest());
        timestamp(Duration.ofHours(112).minusSeconds(1), true, true);
        assertThat(next()).isEqualTo(signTimestamp());
        timestamp(Duration.ofDays(-400), true, true);
        assertThat(next()).isEqualTo(signTimestamp());
    }

    @Test
    void signsAnewWhatAClockThatWasAheadHasMadeValidForTooLong() {
        timestamp(TIMESTAMP.plus(Duration.ofHours(1)), true, true);
        assertThat(next()).as("clocks differ a little").isEqualTo(new FreshnessStep.Rest());
        timestamp(TIMESTAMP.plus(Duration.ofHours(2)), true, true);
        assertThat(next()).isEqualTo(signTimestamp());
        snapshot(Duration.ofDays(3_650), true, true);
        assertThat(next()).isEqualTo(signSnapshot());
    }

    @Test
    void signsOnlyWithEnoughKeysThatTheRootLists() {
        timestamp(Duration.ZERO, true, true);
        assertThat(next(Set.of("unused"))).isEqualTo(new FreshnessStep.NoKey(RoleName.TIMESTAMP));
        assertThat(next(Set.of())).isEqualTo(new FreshnessStep.NoKey(RoleName.TIMESTAMP));
        root = root(SERVER, new RoleKeys(List.of("old", "new"), 2));
        assertThat(next()).isEqualTo(new FreshnessStep.NoKey(RoleName.TIMESTAMP));
        assertThat(next(Set.of("old", "new"))).isEqualTo(signTimestamp());
    }

    @Test
    void listsNothingThatPeopleHaveNotSigned() {
        var team = new RoleName("team");
        for (var role : List.of(RoleName.TARGETS, team)) {
            listed = List.of(
                    standing(RoleName.TARGETS, Duration.ofDays(365), !role.equals(RoleName.TARGETS), true),
                    standing(team, Duration.ofDays(365), !role.equals(team), true));
            snapshot(SNAPSHOT, true, false);
            timestamp(TIMESTAMP, true, true);
            assertThat(next()).isEqualTo(new FreshnessStep.Unsigned(role));
            timestamp(Duration.ofDays(2), true, true);
            assertThat(next()).as("of the present snapshot").isEqualTo(signTimestamp());
        }
    }

    @Test
    void keepsTheTimestampFreshAlsoWhileItCannotSignTheSnapshot() {
        root = root(new RoleKeys(List.of("elsewhere"), 1), SERVER);
        snapshot(Duration.ofDays(2), true, true);
        timestamp(Duration.ofDays(2), true, true);
        assertThat(next()).isEqualTo(signTimestamp());
        timestamp(TIMESTAMP, true, true);
        assertThat(next()).isEqualTo(new FreshnessStep.NoKey(RoleName.SNAPSHOT));
        snapshot = Optional.empty();
        timestamp = Optional.empty();
        assertThat(next()).isEqualTo(new FreshnessStep.NoKey(RoleName.SNAPSHOT));
    }
}
