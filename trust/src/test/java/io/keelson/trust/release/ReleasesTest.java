package io.keelson.trust.release;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.SampleManifest;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.SimulatedRepository;
import io.keelson.trust.tuf.SimulatedServer;
import io.keelson.trust.tuf.store.MemoryStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReleasesTest {
    private static final Instant NOW = Instant.parse("2030-06-01T12:00:00Z");
    private static final BundleName BUNDLE = new BundleName("kubernetes-1.31.4-1");
    private static final byte[] MANIFEST = ManifestCodec.write(SampleManifest.of(List.of()));
    private static final String PATH = "bundles/kubernetes-1.31.4-1/manifest.json";

    private final SimulatedRepository repository = SimulatedRepository.fresh(NOW);
    private final MemoryStore store = new MemoryStore();
    private Instant now = NOW;

    @BeforeEach
    void release() {
        Releases.initialise(store, repository.latest("root"));
        repository.addTarget("targets", PATH, MANIFEST, "sha256");
        repository.publish("targets", "snapshot", "timestamp");
    }

    private Releases releases() {
        return new Releases(store, URI.create("http://repository.test"), new SimulatedServer(repository), () -> now);
    }

    private void floor(String kubernetes) {
        repository.addTarget("targets", "floor.json", new Floor(KubernetesVersion.parse(kubernetes)).bytes(), "sha256");
        repository.publish("targets", "snapshot", "timestamp");
    }

    private void refused(ProblemCode code) {
        assertRefused(code, () -> releases().find(BUNDLE));
    }

    @Test
    void findsABundleThatPeopleHaveReleased() {
        var found = releases().find(BUNDLE);

        assertThat(found.manifest().digest()).isEqualTo(Digest.of(MANIFEST));
        assertThat(found.warnings()).isEmpty();
    }

    @Test
    void findsNothingThatWasWithdrawnOrNeverThere() {
        var unused = releases().find(BUNDLE);
        assertRefused(ProblemCode.TRUST_TARGET_UNKNOWN, () -> releases().find(new BundleName("another")));

        repository.fields(repository.signed("targets"), "targets").remove(PATH);
        repository.publish("targets", "snapshot", "timestamp");

        refused(ProblemCode.TRUST_TARGET_UNKNOWN);
    }

    @Test
    void givesNothingOutThatLiesBelowTheFloor() {
        floor("1.31.4");
        assertThat(releases().find(BUNDLE).manifest().manifest().name()).isEqualTo(BUNDLE);
        floor("1.32.0");
        refused(ProblemCode.BUNDLE_BELOW_FLOOR);
    }

    @Test
    void refusesAllWhenTheFloorCannotBeReadOrIsWithheld() {
        repository.addTarget("targets", "floor.json", "none");
        repository.publish("targets", "snapshot", "timestamp");
        refused(ProblemCode.TRUST_METADATA_INVALID);

        floor("1.20.0");
        repository.contents.remove("floor.json");
        refused(ProblemCode.TRUST_FILE_MISSING);
    }

    @Test
    void refusesTheManifestOfAnotherBundleUnderThisOnesName() {
        var other = new String(MANIFEST, StandardCharsets.UTF_8).replace("kubernetes-1.31.4-1", "kubernetes-1.31.4-2");
        repository.addTarget("targets", PATH, other.getBytes(StandardCharsets.UTF_8), "sha256");
        repository.publish("targets", "snapshot", "timestamp");
        refused(ProblemCode.TRUST_CONTENT_MISMATCH);
    }

    @Test
    void refusesAManifestThatIsSignedButNone() {
        repository.addTarget("targets", PATH, "{}");
        repository.publish("targets", "snapshot", "timestamp");
        refused(ProblemCode.BUNDLE_MANIFEST_INVALID);
    }

    @Test
    void refusesAManifestOfAnyOtherSizeBeforeItIsFetched() {
        repository.target("targets", PATH).put("length", (long) ManifestCodec.MAXIMUM_BYTES + 1);
        repository.publish("targets", "snapshot", "timestamp");
        repository.requests.clear();
        refused(ProblemCode.TRUST_TOO_LARGE);
        assertThat(repository.requests).noneMatch(request -> request.contains("manifest"));
    }

    @Test
    void warnsOfAClockThatWasSetBack() {
        now = NOW.plus(Duration.ofDays(1));
        var unused = releases().find(BUNDLE);
        now = NOW;
        assertThat(releases().find(BUNDLE).warnings())
                .extracting(Problem::code)
                .containsExactly(ProblemCode.TRUST_CLOCK_BEHIND);
    }

    @Test
    void asksNobodyWithoutATrustedRoot() {
        store.remove(RoleName.ROOT);
        refused(ProblemCode.TRUST_NOT_INITIALISED);
    }

    @Test
    void knowsBundlesByTheirTargets() {
        assertThat(ReleaseTargets.manifest(BUNDLE).path()).isEqualTo(PATH);
        assertThat(ReleaseTargets.bundle(PATH)).contains(BUNDLE);
        assertThat(ReleaseTargets.bundle("floor.json")).isEmpty();
        assertThat(ReleaseTargets.bundle("bundles/../manifest.json")).isEmpty();
        assertThat(ReleaseTargets.bundle("bundles/a/b/manifest.json")).isEmpty();
    }
}
