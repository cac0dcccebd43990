package io.keelson.agent.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.trust.bundle.BlobSource;
import io.keelson.trust.release.Releases;
import io.keelson.trust.release.SimulatedReleases;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.store.MemoryStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTest {
    private static final byte[] FIRST = SampleBundle.manifest("1.31.4");
    private static final byte[] NEXT = SampleBundle.manifest("1.32.1");
    private static final BundleName BUNDLE = SampleBundle.name("1.31.4");

    @TempDir
    Path directory;

    private final MemoryHost host = new MemoryHost();
    private final MemoryStore trust = new MemoryStore();
    private final List<Problem> warnings = new ArrayList<>();
    private Instant now = Instant.parse("2030-06-01T12:00:00Z");
    private final SimulatedReleases releases = SimulatedReleases.fresh(now);
    private BlobSource blobs =
            (blob, offset) -> new ByteArrayInputStream(SampleBundle.KUBELET, (int) offset, SampleBundle.KUBELET.length);

    @BeforeEach
    void trustTheRoot() {
        Releases.initialise(trust, releases.root());
        releases.release(BUNDLE, FIRST);
    }

    /** As after a start of the agent. */
    private ArtifactStore store() {
        return new ArtifactStore(
                directory.resolve("releases"),
                new AcceptedBundles(directory.resolve("manifests")),
                new Releases(trust, ReleaseSource.REPOSITORY, releases, () -> now),
                (blob, offset) -> blobs.open(blob, offset),
                new Fit("linux", "amd64", "0.1.0-SNAPSHOT"),
                warnings::add);
    }

    private static void refused(ProblemCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
    }

    private void runs(String kubernetes) {
        var store = store();
        store.manifest(spec(kubernetes));
        store.settled();
    }

    private static NodeSpec spec(String kubernetes) {
        return SampleBundle.spec(SampleBundle.name(kubernetes), Digest.of(SampleBundle.manifest(kubernetes)));
    }

    @Test
    void plansAfterARestartWithoutAskingAgain() {
        assertThat(store().manifest(spec("1.31.4")).name()).isEqualTo(BUNDLE);
        releases.repository().requests.clear();
        assertThat(store().manifest(spec("1.31.4")).name()).isEqualTo(BUNDLE);
        assertThat(releases.repository().requests).isEmpty();
    }

    @Test
    void whatWasAcceptedOutlivesEveryDateTheRepositoryAndTheTrust() {
        store().manifest(spec("1.31.4"));
        now = now.plus(Duration.ofDays(3_650));
        releases.repository().published.clear();
        trust.remove(RoleName.ROOT);
        assertThat(store().manifest(spec("1.31.4")).name()).isEqualTo(BUNDLE);
    }

    @Test
    void refusesWhatNobodyHasReleasedAndKeepsNothing() {
        refused(ProblemCode.TRUST_TARGET_UNKNOWN, () -> store().manifest(spec("1.32.1")));
        assertThat(directory.resolve("manifests")).doesNotExist();
    }

    @Test
    void refusesAnythingNewOnceTheMetadataHasExpired() {
        runs("1.31.4");
        releases.release(SampleBundle.name("1.32.1"), NEXT);
        now = now.plus(Duration.ofDays(31));
        refused(ProblemCode.TRUST_EXPIRED, () -> store().manifest(spec("1.32.1")));
        assertThat(store().manifest(spec("1.31.4")).name()).isEqualTo(BUNDLE);
    }

    @Test
    void refusesAReleasedManifestThatIsNotTheOneMeant() {
        refused(ProblemCode.BUNDLE_CORRUPT, () -> store().verified(BUNDLE, Digest.of(new byte[1])));
        assertThat(directory.resolve("manifests")).doesNotExist();
    }

    @Test
    void refusesWhatThisHostOrThisAgentCannotRun() {
        var arm = SampleBundle.manifest("1.31.4", "arm64", "0.1.0");
        releases.release(BUNDLE, arm);
        refused(ProblemCode.BUNDLE_WRONG_ARCHITECTURE, () -> store().verified(BUNDLE, Digest.of(arm)));
        var newer = SampleBundle.manifest("1.31.4", "amd64", "0.2.0");
        releases.release(BUNDLE, newer);
        refused(ProblemCode.BUNDLE_AGENT_TOO_OLD, () -> store().verified(BUNDLE, Digest.of(newer)));
    }

    @Test
    void refusesToSkipAMinorVersionAlsoOverOneThatWasAcceptedAndNeverRan() {
        runs("1.31.4");
        releases.release(SampleBundle.name("1.32.1"), NEXT);
        releases.release(SampleBundle.name("1.33.0"), SampleBundle.manifest("1.33.0"));
        refused(ProblemCode.BUNDLE_SKEW, () -> store().manifest(spec("1.33.0")));

        store().manifest(spec("1.32.1"));
        refused(ProblemCode.BUNDLE_SKEW, () -> store().manifest(spec("1.33.0")));

        runs("1.32.1");
        assertThat(store().manifest(spec("1.33.0")).kubernetes().minor()).isEqualTo(33);
    }

    @Test
    void whatAHostThatHasLeftInstallsFollowsNothing() {
        runs("1.31.4");
        releases.release(SampleBundle.name("1.33.0"), SampleBundle.manifest("1.33.0"));
        var store = store();
        store.leave();
        refused(ProblemCode.BUNDLE_SKEW, () -> store().manifest(spec("1.33.0")));
        store.settled();
        assertThat(new AcceptedBundles(directory.resolve("manifests")).read().all())
                .isEmpty();
        assertThat(store.manifest(spec("1.33.0")).name()).isEqualTo(SampleBundle.name("1.33.0"));
        store.settled();
        assertThat(new AcceptedBundles(directory.resolve("manifests")).read().running())
                .isPresent();
    }

    @Test
    void goesBackToWhatRunsUntilTheNextIsProvenAndThenOnlyIfItIsReleasedStill() {
        runs("1.31.4");
        releases.release(SampleBundle.name("1.32.1"), NEXT);
        store().manifest(spec("1.32.1"));
        releases.withdraw(BUNDLE);
        releases.publish();
        assertThat(store().manifest(spec("1.31.4")).name()).isEqualTo(BUNDLE);

        runs("1.32.1");
        refused(ProblemCode.TRUST_TARGET_UNKNOWN, () -> store().manifest(spec("1.31.4")));
    }

    @Test
    void refusesWhatLiesBelowTheFloorAlsoIfItRanBefore() {
        runs("1.31.4");
        releases.release(SampleBundle.name("1.32.1"), NEXT);
        runs("1.32.1");
        releases.floor("1.32.0");
        releases.publish();
        refused(ProblemCode.BUNDLE_BELOW_FLOOR, () -> store().manifest(spec("1.31.4")));
    }

    @Test
    void asksTheRepositoryAnewIfAnAcceptedManifestWasDamagedOnTheDisk() throws IOException {
        store().manifest(spec("1.31.4"));
        var kept = directory.resolve("manifests").resolve(Digest.of(FIRST).hex() + ".manifest.json");
        Files.writeString(kept, Files.readString(kept).replace("kubelet", "kubelos"));
        assertThat(store().manifest(spec("1.31.4")).name()).isEqualTo(BUNDLE);
        assertThat(kept).hasBinaryContent(FIRST);

        Files.writeString(kept, "{}");
        releases.withdraw(BUNDLE);
        releases.publish();
        refused(ProblemCode.TRUST_TARGET_UNKNOWN, () -> store().manifest(spec("1.31.4")));
    }

    @Test
    void doesNotTakeAManifestForAcceptedBecauseItLiesThere() throws IOException {
        Files.createDirectories(directory.resolve("manifests"));
        Files.write(directory.resolve("manifests").resolve(Digest.of(NEXT).hex() + ".manifest.json"), NEXT);
        refused(ProblemCode.TRUST_TARGET_UNKNOWN, () -> store().manifest(spec("1.32.1")));
    }

    @Test
    void tellsThatTheClockWasSetBackAlthoughItAccepts() {
        store().manifest(spec("1.31.4"));
        releases.release(SampleBundle.name("1.32.1"), NEXT);
        now = now.minus(Duration.ofDays(365));
        store().manifest(spec("1.32.1"));
        assertThat(warnings).extracting(Problem::code).containsExactly(ProblemCode.TRUST_CLOCK_BEHIND);
    }

    @Test
    void stagesABundleAndNoticesWhenAByteOfItChanges() throws IOException {
        var step = store().staged(spec("1.31.4"));
        assertThat(step.observe(host)).isInstanceOf(Needed.class);
        step.apply(host, new SilentActivity());
        assertThat(step.observe(host)).isInstanceOf(Satisfied.class);

        var kubelet = directory.resolve("releases").resolve(BUNDLE.value()).resolve("bin/kubelet");
        assertThat(kubelet).hasBinaryContent(SampleBundle.KUBELET).isExecutable();
        Files.writeString(kubelet, "the progrbm");
        assertThat(step.observe(host)).isInstanceOf(Needed.class);
        step.apply(host, new SilentActivity());
        assertThat(kubelet).hasBinaryContent(SampleBundle.KUBELET);
    }

    @Test
    void readsEveryByteOnceAfterAStartAndSaysWhatDiffers() throws IOException {
        store().staged(spec("1.31.4")).apply(host, new SilentActivity());
        var kubelet = directory.resolve("releases").resolve(BUNDLE.value()).resolve("bin/kubelet");
        assertThat(store().staged(spec("1.31.4")).observe(host)).isInstanceOf(Satisfied.class);

        Files.writeString(kubelet, "the progrbm");
        assertThat(store().staged(spec("1.31.4")).observe(host))
                .isInstanceOfSatisfying(
                        Needed.class, drift -> assertThat(drift.toString()).contains("1 differences", "bin/kubelet"));
    }

    @Test
    void passesOnWhatTheSourceSaysIsWrong() {
        blobs = (blob, offset) -> {
            throw new IOException(new ProblemException(
                    Problem.error(ProblemCode.SERVER_UNREACHABLE, "gone", Remedy.advise("Wait."))));
        };
        var step = store().staged(spec("1.31.4"));
        refused(ProblemCode.SERVER_UNREACHABLE, () -> step.apply(host, new SilentActivity()));
        assertThat(step.observe(host)).isInstanceOf(Needed.class);
    }
}
