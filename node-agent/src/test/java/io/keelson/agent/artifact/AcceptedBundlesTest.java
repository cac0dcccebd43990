package io.keelson.agent.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.artifact.AcceptedBundles.Accepted;
import io.keelson.agent.artifact.AcceptedBundles.Bundle;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.VerifiedManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class AcceptedBundlesTest {
    private static final VerifiedManifest FIRST = verified("1.31.4");
    private static final VerifiedManifest SECOND = verified("1.32.1");
    private static final VerifiedManifest THIRD = verified("1.32.2");

    @TempDir
    Path root;

    private Path directory;
    private AcceptedBundles bundles;

    private static VerifiedManifest verified(String kubernetes) {
        var bytes = SampleBundle.manifest(kubernetes);
        return ManifestVerifier.verify(bytes, Digest.of(bytes));
    }

    private static Bundle bundle(VerifiedManifest manifest) {
        return Bundle.of(manifest);
    }

    @BeforeEach
    void begin() {
        directory = root.resolve("manifests");
        bundles = new AcceptedBundles(directory);
    }

    private Accepted reopened() {
        return new AcceptedBundles(directory).read();
    }

    private Path file(VerifiedManifest manifest) {
        return directory.resolve(manifest.digest().hex() + ".manifest.json");
    }

    @Test
    void knowsOfNothingAtFirst() {
        assertThat(reopened()).isEqualTo(Accepted.NOTHING);
        assertThat(bundles.manifest(FIRST.manifest().name(), FIRST.digest())).isEmpty();
    }

    @Test
    void keepsWhatRunsBesideWhatIsNextUntilThatIsProven() {
        bundles.accept(FIRST);
        bundles.settle(FIRST.digest());
        bundles.accept(SECOND);
        assertThat(reopened()).isEqualTo(new Accepted(Optional.of(bundle(FIRST)), Optional.of(bundle(SECOND))));
        bundles.accept(THIRD);
        assertThat(reopened()).isEqualTo(new Accepted(Optional.of(bundle(FIRST)), Optional.of(bundle(THIRD))));

        bundles.settle(THIRD.digest());
        assertThat(reopened()).isEqualTo(new Accepted(Optional.of(bundle(THIRD)), Optional.empty()));
        assertThat(file(FIRST)).doesNotExist();
        assertThat(file(THIRD)).hasBinaryContent(THIRD.bytes());
    }

    @Test
    void doesNotSettleOnWhatWasNotAccepted() {
        bundles.accept(FIRST);
        bundles.settle(SECOND.digest());
        assertThat(reopened()).isEqualTo(new Accepted(Optional.empty(), Optional.of(bundle(FIRST))));
    }

    @Test
    void forgetsTheManifestThatWasReplacedBeforeItRan() {
        bundles.accept(SECOND);
        bundles.accept(THIRD);
        bundles.settle(THIRD.digest());
        assertThat(bundles.manifest(SECOND.manifest().name(), SECOND.digest())).isEmpty();
        assertThat(file(SECOND)).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"_type\":\"accepted-bundles\",\"formatVersion\":2}",
                "{\"_type\":\"accepted-bundles\",\"formatVersion\":1,\"running\":{}}",
                "{\"_type\":\"accepted-bundles\",\"formatVersion\":1,\"more\":1}",
                "{\"_type\":\"accepted-bundles\",\"formatVersion\":1} x"
            })
    void refusesADamagedRecordAndLeavesItAlone(String damaged) throws IOException {
        bundles.accept(FIRST);
        var record = directory.resolve("accepted.json");
        Files.writeString(record, damaged);
        assertThatThrownBy(() -> bundles.accept(SECOND))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE));
        assertThat(record).hasContent(damaged);
    }

    /** Whatever this version writes must be read by all later ones. */
    @Test
    void opensTheFrozenSampleOfVersion1() throws IOException {
        Files.createDirectories(directory);
        try (var sample = AcceptedBundlesTest.class.getResourceAsStream("/bundles/version-1.json")) {
            Files.write(directory.resolve("accepted.json"), sample.readAllBytes());
        }
        var accepted = reopened();
        assertThat(accepted.running().orElseThrow().kubernetes()).contains(KubernetesVersion.parse("1.31.4"));
        assertThat(accepted.next().orElseThrow())
                .isEqualTo(new Bundle(
                        SampleBundle.name("1.32.1"),
                        new Digest("cd".repeat(32)),
                        Optional.of(KubernetesVersion.parse("1.32.1"))));
    }
}
