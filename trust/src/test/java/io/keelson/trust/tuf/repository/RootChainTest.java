package io.keelson.trust.tuf.repository;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.key.TufSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who can write into the repository's directory, and has no key of the root, puts in roots of his own. */
class RootChainTest {
    private static final Instant LATER = Instant.parse("2030-06-01T12:00:00Z").plus(Duration.ofDays(30));
    private static final TufSigner ALICE = signer();
    private static final TufSigner BOB = signer();
    private static final TufSigner MALLORY = signer();

    @TempDir
    Path directory;

    private Draft first;
    private DirectoryFiles files;

    private static TufSigner signer() {
        return TufSigner.of(Keys.generate(Algorithm.ED25519).getPrivate());
    }

    private static Map<RoleName, RolePlan> plans(TufSigner... signers) {
        var plan = new RolePlan(List.of(signers).stream().map(TufSigner::key).toList(), signers.length);
        return Map.of(RoleName.ROOT, plan, RoleName.TARGETS, plan, RoleName.SNAPSHOT, plan, RoleName.TIMESTAMP, plan);
    }

    @BeforeEach
    void twoRoots() {
        first = TufRepository.firstRoot(plans(ALICE), LATER).signedBy(ALICE);
        var repository = TufRepository.create(directory, first);
        repository.publish(
                repository.nextRoot(plans(ALICE, BOB), LATER).signedBy(ALICE).signedBy(BOB));
        files = new DirectoryFiles(directory);
    }

    private Path root(long version) {
        return directory.resolve("metadata").resolve(RoleName.ROOT.fileName(version));
    }

    private Draft second() throws IOException {
        return Draft.read(RoleName.ROOT, Files.readAllBytes(root(2)));
    }

    @Test
    void followsFromAnyRootThatIsInIt() throws IOException {
        assertThat(RootChain.verify(files, first).version()).isEqualTo(2);
        assertThat(RootChain.verify(files, second()).version()).isEqualTo(2);
    }

    @Test
    void doesNotFollowFromAnotherRootNorFromALaterOne() throws IOException {
        var foreign = TufRepository.firstRoot(plans(MALLORY), LATER).signedBy(MALLORY);
        assertRefused(ProblemCode.TRUST_ROOT_DIFFERS, () -> RootChain.verify(files, foreign));
        var trusted = second();
        Files.delete(root(2));
        assertRefused(ProblemCode.TRUST_ROOT_DIFFERS, () -> RootChain.verify(files, trusted));
    }

    @Test
    void trustedRootIsSignedByItsOwnKeys() {
        var unsigned = TufRepository.firstRoot(plans(ALICE), LATER);
        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, () -> RootChain.verify(files, unsigned));
    }

    @Test
    void doesNotGoOnWithARootThatTheOldKeysOrTheNewOnesHaveNotSigned() throws IOException {
        var repository = TufRepository.open(directory);
        var unsigned = repository.nextRoot(plans(MALLORY), LATER);
        for (var draft : List.of(
                unsigned.signedBy(MALLORY),
                unsigned.signedBy(ALICE).signedBy(BOB),
                unsigned.signedBy(ALICE).signedBy(MALLORY))) {
            Files.write(root(3), draft.bytes());
            assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, () -> RootChain.verify(files, first));
        }
    }

    @Test
    void leavesNoVersionOut() throws IOException {
        Files.write(root(4), second().bytes());
        assertRefused(ProblemCode.TRUST_FILE_MISSING, () -> RootChain.verify(files, first));
        Files.write(root(3), second().bytes());
        assertRefused(ProblemCode.TRUST_ROOT_CHAIN_BROKEN, () -> RootChain.verify(files, first));
    }
}
