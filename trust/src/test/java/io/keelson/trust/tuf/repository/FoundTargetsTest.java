package io.keelson.trust.tuf.repository;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.PathPattern;
import io.keelson.trust.tuf.content.PathRule;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.key.TufSigner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a repository itself says of a target, before a snapshot lists it. */
class FoundTargetsTest {
    private static final Instant LATER = Instant.parse("2031-01-01T00:00:00Z");
    private static final TargetPath TARGET = new TargetPath("bundles/a/manifest.json");
    private static final TargetFile FILE = TargetFile.of("content".getBytes(StandardCharsets.US_ASCII));
    private static final TargetFile OTHER = TargetFile.of("other".getBytes(StandardCharsets.US_ASCII));
    private static final RoleName TEAM = new RoleName("team");

    private final TufSigner key = signer();
    private final TufSigner next = signer();
    private final TufSigner team = signer();

    @TempDir
    Path directory;

    private static TufSigner signer() {
        return TufSigner.of(Keys.generate(Algorithm.ED25519).getPrivate());
    }

    @BeforeEach
    void create() {
        var plan = RolePlan.single(key.key());
        var plans =
                Map.of(RoleName.ROOT, plan, RoleName.TARGETS, plan, RoleName.SNAPSHOT, plan, RoleName.TIMESTAMP, plan);
        TufRepository.create(directory, TufRepository.firstRoot(plans, LATER).signedBy(key));
    }

    private TufRepository repository() {
        return TufRepository.open(directory);
    }

    private void change(RoleName role, TufSigner signer, UnaryOperator<TargetsChange> change) {
        repository()
                .publish(
                        change.apply(repository().targets(role)).expiring(LATER).signedBy(signer));
    }

    @Test
    void isWhatTheLatestTargetsList() {
        assertThat(repository().find(TARGET)).isEmpty();
        change(RoleName.TARGETS, key, targets -> targets.with(TARGET, FILE));
        assertThat(repository().find(TARGET)).contains(FILE);
        change(RoleName.TARGETS, key, targets -> targets.without(TARGET));
        assertThat(repository().find(TARGET)).isEmpty();
    }

    @Test
    void isNothingWhileTheKeysThatHaveSignedAreNoLongerTheRoles() {
        change(RoleName.TARGETS, key, targets -> targets.with(TARGET, FILE));
        repository()
                .publish(repository()
                        .nextRoot(Map.of(RoleName.TARGETS, RolePlan.single(next.key())), LATER)
                        .signedBy(key));
        assertThat(repository().find(TARGET)).isEmpty();
        change(RoleName.TARGETS, next, targets -> targets);
        assertThat(repository().find(TARGET)).contains(FILE);
    }

    @Test
    void isWhatADelegatedRoleListsUnlessSomebodyBeforeItDoes() {
        var rule = new PathRule.Patterns(List.of(new PathPattern("bundles/a/*")));
        change(RoleName.TARGETS, key, targets -> targets.delegating(TEAM, RolePlan.single(team.key()), rule, true));
        assertThat(repository().find(TARGET)).isEmpty();
        change(TEAM, team, targets -> targets.with(TARGET, OTHER));
        assertThat(repository().find(TARGET)).contains(OTHER);
        change(RoleName.TARGETS, key, targets -> targets.with(TARGET, FILE));
        assertThat(repository().find(TARGET)).contains(FILE);
    }

    @Test
    void mayBeginElsewhereWithARootOfAnyVersionThatItsKeysHaveSigned() {
        repository().publish(repository().nextRoot(Map.of(), LATER).signedBy(key));
        var second = repository().nextRoot(Map.of(), LATER);
        var elsewhere = new DirectoryFiles(directory.resolve("elsewhere"));
        elsewhere.prepare();

        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, () -> TufRepository.create(elsewhere, second));
        assertThat(elsewhere.latest()).isEmpty();

        var made = TufRepository.create(elsewhere, second.signedBy(key));
        assertThat(made.root().version()).isEqualTo(3);
    }
}
