package io.keelson.lab.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.trust.tuf.SimulatedKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadCommandTest extends CommandTest {
    DownloadCommandTest(@TempDir Path directory) {
        super(directory);
    }

    private void publishTargets() {
        repository.publish("targets", "snapshot", "timestamp");
    }

    @Test
    void refreshesFirstAlsoForATargetThatIsNotThere() {
        fixture.initialised();

        assertThat(fixture.download("nonexistent artifact")).isEqualTo(1);

        assertThat(repository.requests).containsExactly("root 2", "timestamp", "snapshot 1", "targets 1");
        assertThat(fixture.trusted()).containsExactly("root 1", "snapshot 1", "targets 1", "timestamp 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"target_file.txt", "path/to/a/target_file.txt"})
    void storesWhatWasSigned(String path) {
        repository.addTarget("targets", path, "content");
        publishTargets();
        fixture.initialised();

        assertThat(fixture.refresh()).isZero();
        assertThat(fixture.downloaded()).isEmpty();
        assertThat(fixture.download(path)).isZero();

        assertThat(fixture.downloaded()).containsExactly("content");
        assertThat(repository.requests.getLast()).matches("targets/(path/to/a/)?[0-9a-f]{64}\\.target_file\\.txt");
    }

    @Test
    void asksForPlainNamesWithoutConsistentSnapshots() {
        repository.addTarget("targets", "a/b", "content");
        publishTargets();
        repository.signed("root").put("consistent_snapshot", false);
        repository.publish("root");
        fixture.initialised();

        assertThat(fixture.download("a/b")).isZero();
        assertThat(repository.requests).endsWith("targets/a/b");
    }

    @Test
    void doesNotFetchAgainWhatItHasAndNeverTakesAnythingElse() {
        repository.addTarget("targets", "one", "content 1");
        repository.addTarget("targets", "other", "content");
        publishTargets();
        fixture.initialised();
        assertThat(fixture.download("one")).isZero();
        repository.contents.put("one", "malicious".getBytes(StandardCharsets.UTF_8));
        repository.contents.put("other", "evil---".getBytes(StandardCharsets.UTF_8));
        repository.requests.clear();

        assertThat(fixture.download("one")).isZero();
        assertThat(repository.requests).containsExactly("root 2", "timestamp");
        assertThat(fixture.download("other")).isEqualTo(1);

        assertThat(fixture.downloaded()).containsExactly("content 1");
    }

    @Test
    void replacesAFileWhoseSignedContentHasChanged() {
        fixture.initialised();
        for (int i = 0; i < 3; i++) {
            repository.addTarget("targets", "changing", "content " + i);
            publishTargets();

            assertThat(fixture.download("changing")).isZero();
            assertThat(fixture.downloaded()).containsExactly("content " + i);

            repository.contents.put("changing", ("forgery " + i).getBytes(StandardCharsets.UTF_8));
            publishTargets();
            assertThat(fixture.download("changing")).isZero();
            assertThat(fixture.downloaded()).containsExactly("content " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256", "sha512", "sha256 sha512", "sha512 unknown"})
    void checksWhateverHashesAreListed(String algorithms) {
        repository.addTarget("targets", "file", "content".getBytes(StandardCharsets.UTF_8), algorithms.split(" "));
        publishTargets();
        fixture.initialised();

        assertThat(fixture.download("file")).isZero();
        assertThat(fixture.downloaded()).containsExactly("content");
    }

    @Test
    void refusesATargetWithNoHashThatItKnows() {
        repository.addTarget("targets", "file", "content".getBytes(StandardCharsets.UTF_8), "unknown");
        publishTargets();
        fixture.initialised();

        assertThat(fixture.download("file")).isEqualTo(1);
        assertThat(fixture.downloaded()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"?,%3F", "#,%23", "/delegatedrole,%2Fdelegatedrole", "../delegatedrole,..%2Fdelegatedrole", "ü,%C3%BC"})
    void quotesUnusualNamesOfRoles(String role, String quoted) {
        repository.delegate("targets", role, false, "*");
        repository.publish(role);
        publishTargets();
        fixture.initialised();

        assertThat(fixture.download("nonexistent")).isEqualTo(1);

        assertThat(repository.requests).endsWith(quoted + " 1");
        assertThat(fixture.trusted()).hasSize(5).contains(quoted + " 1");
    }

    /** Delegations {@code from>to}, a star behind those that are terminating; then the roles that are asked. */
    @ParameterizedTest
    @CsvSource({
        "targets>A, A",
        "targets>A targets>B, A B",
        "targets>A targets>B B>C, A B C",
        "targets>A targets>B A>C A>D, A C D B",
        "targets>A targets>B A>C C>D, A C D B",
        "targets>A targets>B A>C* A>D, A C",
        "targets>A targets>B A>C* C>D, A C D",
        "targets>A=*.py targets>B A>C, B",
        "targets>A targets>B A>C=*.py C>D, A B",
        "targets>A targets>B B>C C>D D>B, A B C D",
        "targets>A targets>B B>C A>C, A C B",
        "targets>A targets>B B>C A>C=*.py, A B C"
    })
    void asksRolesInTheOrderOfTheirDelegations(String delegations, String asked) {
        var roles = new ArrayList<String>();
        for (var delegation : delegations.split(" ")) {
            var ends = delegation.replace("=*.py", "").replace("*", "").split(">");
            var pattern = delegation.endsWith("=*.py") ? "*.py" : "*";
            boolean terminating = !delegation.contains("=") && delegation.endsWith("*");
            repository.delegate(ends[0], ends[1], terminating, pattern);
            if (!roles.contains(ends[1])) {
                roles.add(ends[1]);
            }
        }
        repository.publish(roles.toArray(String[]::new));
        publishTargets();
        fixture.initialised();

        assertThat(fixture.download("missingpath")).isEqualTo(1);

        var expected =
                List.of(asked.split(" ")).stream().map(role -> role + " 1").toList();
        assertThat(repository.requests.subList(4, repository.requests.size())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "targetfile, true, ''",
        "README.md, true, 'A 1'",
        "releases/x/x_v1, true, 'B 1,C 1'",
        "releases/y/y_v1.zip, true, 'B 1,D 1'",
        "releases/z/z_v1.zip, false, 'B 1'"
    })
    void findsATargetOnlyWhereEveryRoleOnTheWayMaySpeakForIt(String target, boolean found, String asked) {
        repository.delegate("targets", "A", false, "*.doc", "*.md");
        repository.delegate("targets", "B", false, "releases/*/*");
        repository.delegate("B", "C", false, "releases/x/*");
        repository.delegate("B", "D", false, "releases/y/*.zip");
        repository.addTarget("targets", "targetfile", "t");
        repository.addTarget("A", "README.md", "a");
        repository.addTarget("C", "releases/x/x_v1", "c");
        repository.addTarget("D", "releases/y/y_v1.zip", "d");
        repository.addTarget("D", "releases/z/z_v1.zip", "d");
        repository.publish("A", "B", "C", "D");
        publishTargets();
        fixture.initialised();

        assertThat(fixture.download(target)).isEqualTo(found ? 0 : 1);

        assertThat(fixture.downloaded()).hasSize(found ? 1 : 0);
        var roles = repository.requests.subList(4, repository.requests.size() - (found ? 1 : 0));
        assertThat(String.join(",", roles)).isEqualTo(asked);
    }

    @Test
    void checksARoleAgainstWhoeverDelegatesToItEachTime() {
        var good = SimulatedKey.ecdsa();
        repository.delegate("targets", "A", false, "a*");
        repository.delegate("targets", "B", false, "b*");
        repository.delegate("A", "C", false, good, "paths", "*");
        repository.delegate("B", "C", false, SimulatedKey.ecdsa(), "paths", "*");
        repository.signers.put("C", List.of(good));
        repository.addTarget("C", "a1", "a");
        repository.addTarget("C", "b1", "b");
        repository.publish("C", "A", "B");
        publishTargets();
        fixture.initialised();

        assertThat(fixture.download("a1", "b1")).isEqualTo(1);
        assertThat(fixture.downloaded()).containsExactly("a");
        assertThat(fixture.download("a1")).isZero();
        assertThat(fixture.download("b1")).isEqualTo(1);
    }

    @Test
    void doesNotUseADelegatedRoleThatHasExpired() {
        var now = Instant.now();
        repository.delegate("targets", "delegated", false, "some/*");
        repository.addTarget("delegated", "some/first", "first");
        repository.addTarget("delegated", "some/second", "second");
        repository.setExpires("delegated", now.plus(Duration.ofDays(7)));
        repository.publish("delegated");
        publishTargets();
        fixture.initialised();
        assertThat(fixture.download("some/first")).isZero();

        assertThat(fixture.downloadAt(now.plus(Duration.ofDays(18)), "some/second"))
                .isEqualTo(1);
        assertThat(fixture.downloaded()).containsExactly("first");

        repository.setExpires("delegated", now.plus(Duration.ofDays(21)));
        repository.publish("delegated", "snapshot", "timestamp");
        assertThat(fixture.downloadAt(now.plus(Duration.ofDays(18)), "some/second"))
                .isZero();
        assertThat(fixture.downloaded()).containsExactly("first", "second");
    }

    @Test
    void doesNotTrustADelegatedRoleThatIsExpiredWhenItComes() {
        repository.delegate("targets", "delegated", false, "some/*");
        repository.addTarget("delegated", "some/target", "content");
        repository.setExpires("delegated", Instant.now().minus(Duration.ofDays(1)));
        repository.publish("delegated");
        publishTargets();
        fixture.initialised();

        assertThat(fixture.refresh()).isZero();
        assertThat(fixture.download("some/target")).isEqualTo(1);

        assertThat(fixture.downloaded()).isEmpty();
        assertThat(fixture.trusted()).containsExactly("root 1", "snapshot 2", "targets 2", "timestamp 2");
    }
}
