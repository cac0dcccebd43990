package io.keelson.trust.tuf.repository;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keelson.problem.ProblemCode;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.metadata.Root;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drafts on their way through several hands, and what was published of them. */
class DraftsAndVersionsTest {
    private static final Instant LATER = Instant.parse("2030-06-01T12:00:00Z");
    private static final TargetPath TARGET = new TargetPath("bundles/one");
    private static final TufSigner ALICE = signer(Algorithm.ED25519);
    private static final TufSigner BOB = signer(Algorithm.ECDSA_P256);
    private static final TufSigner CAROL = signer(Algorithm.ED25519);
    private static final TufSigner SERVER = signer(Algorithm.ECDSA_P256);
    private static final TufSigner NEW = signer(Algorithm.ED25519);

    @TempDir
    Path directory;

    private static TufSigner signer(Algorithm algorithm) {
        return TufSigner.of(Keys.generate(algorithm).getPrivate());
    }

    private TufRepository repository() {
        return TufRepository.open(repositoryDirectory());
    }

    private Path repositoryDirectory() {
        return directory.resolve("repository");
    }

    @BeforeEach
    void create() {
        var people = new RolePlan(List.of(ALICE.key(), BOB.key(), CAROL.key()), 2);
        var online = RolePlan.single(SERVER.key());
        var root = TufRepository.firstRoot(
                Map.of(
                        RoleName.ROOT, people,
                        RoleName.TARGETS, people,
                        RoleName.SNAPSHOT, online,
                        RoleName.TIMESTAMP, online),
                LATER);
        TufRepository.create(repositoryDirectory(), root.signedBy(ALICE).signedBy(BOB));
        repository()
                .publish(TargetsChange.first(RoleName.TARGETS)
                        .with(TARGET, TargetFile.of(new byte[1]))
                        .expiring(LATER)
                        .signedBy(ALICE)
                        .signedBy(BOB));
    }

    @Test
    void takesALaterVersionOfTargetsButTheVeryNextRoot() {
        repository()
                .publish(repository()
                        .targets(RoleName.TARGETS)
                        .expiring(LATER)
                        .signedBy(ALICE)
                        .signedBy(BOB));
        var elsewhere = TufRepository.create(
                new DirectoryFiles(prepared(directory.resolve("elsewhere"))),
                repository().latest(RoleName.ROOT).orElseThrow());
        elsewhere.publish(repository().latest(RoleName.TARGETS).orElseThrow());
        assertThat(elsewhere.latest(RoleName.TARGETS).orElseThrow().metadata().version())
                .isEqualTo(2);

        for (int root = 2; root <= 3; root++) {
            repository()
                    .publish(repository()
                            .nextRoot(Map.of(), LATER)
                            .signedBy(ALICE)
                            .signedBy(BOB));
        }
        var third = repository().latest(RoleName.ROOT).orElseThrow();
        assertRefused(ProblemCode.TRUST_SIGNING_REFUSED, () -> elsewhere.publish(third));
    }

    @Test
    void changesADraftOnceMoreWithoutAnotherVersion() {
        var targets = repository().targets(RoleName.TARGETS).without(TARGET).expiring(LATER);
        var back = TargetsChange.of(targets)
                .with(TARGET, TargetFile.of(new byte[2]))
                .expiring(LATER);
        assertThat(back.metadata().version()).isEqualTo(targets.metadata().version());

        var root = repository().nextRoot(Map.of(RoleName.TARGETS, RolePlan.single(NEW.key())), LATER);
        var more = TufRepository.changedRoot(root, Map.of(RoleName.SNAPSHOT, RolePlan.single(NEW.key())), LATER);
        var both = (Root) more.metadata();
        assertThat(both.version()).isEqualTo(2);
        assertThat(both.keysOf(RoleName.TARGETS).keyIds())
                .isEqualTo(both.keysOf(RoleName.SNAPSHOT).keyIds())
                .containsExactly(NEW.key().id());
    }

    @Test
    void givesOutItsRootsOnlyIfEachFollowsFromTheOneBefore() throws IOException {
        repository()
                .publish(repository().nextRoot(Map.of(), LATER).signedBy(ALICE).signedBy(CAROL));
        assertThat(repository().roots()).hasSize(2);

        var second = repositoryDirectory().resolve("metadata/2.root.json");
        var good = Files.readAllBytes(second);
        Files.write(second, repository().roots().getFirst().bytes());
        assertRefused(ProblemCode.TRUST_ROOT_CHAIN_BROKEN, () -> repository().roots());
        var single = RolePlan.single(NEW.key());
        var forged = TufRepository.firstRoot(
                        Map.of(
                                RoleName.ROOT, single,
                                RoleName.TARGETS, single,
                                RoleName.SNAPSHOT, single,
                                RoleName.TIMESTAMP, single),
                        LATER)
                .signedBy(NEW);
        Files.write(second, forged.bytes());
        assertRefused(ProblemCode.TRUST_ROOT_CHAIN_BROKEN, () -> repository().roots());
        Files.write(second, good);
        Files.delete(repositoryDirectory().resolve("metadata/1.root.json"));
        assertRefused(ProblemCode.TRUST_FILE_MISSING, () -> repository().roots());
    }

    @Test
    void countsWhoHasSignedADraft() {
        var draft = repository().targets(RoleName.TARGETS).expiring(LATER);
        var root = repository().root();

        var one = Quorum.of(draft.signedBy(ALICE).signedBy(SERVER), root);
        assertThat(one.signedIds()).containsExactly(ALICE.key().id());
        assertThat(one.met()).isFalse();
        assertThat(one.missing()).isEqualTo(1);
        var two = Quorum.of(draft.signedBy(ALICE).signedBy(BOB), root);
        assertThat(two.met()).isTrue();
        assertThat(two.missing()).isZero();
        assertThat(two.keyIds())
                .containsExactly(ALICE.key().id(), BOB.key().id(), CAROL.key().id());
    }

    @Test
    void bringsSignaturesOfTwoCopiesOfADraftTogether() {
        var draft = repository().targets(RoleName.TARGETS).without(TARGET).expiring(LATER);

        var both = draft.signedBy(ALICE).withSignaturesOf(draft.signedBy(BOB));

        repository().publish(both);
        assertThat(draft.saysTheSameAs(both)).isTrue();
        var other = repository().targets(RoleName.TARGETS).expiring(LATER);
        assertThat(other.saysTheSameAs(draft)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> draft.withSignaturesOf(other));
    }

    private static Path prepared(Path made) {
        try {
            Files.createDirectories(made.resolve("metadata"));
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
