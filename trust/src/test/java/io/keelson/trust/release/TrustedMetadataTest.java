package io.keelson.trust.release;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.release.BundleName;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.SampleManifest;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.store.MemoryStore;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustedMetadataTest {
    private final MemoryStore store = new MemoryStore();
    private final SimulatedReleases releases = SimulatedReleases.fresh(Mirror.BEGIN);

    @Test
    void tellsNothingOfAStoreInWhichNothingIs() {
        assertThat(TrustedMetadata.read(store)).isEmpty();
    }

    @Test
    void tellsVersionsAndDatesOfAllFourRoles() {
        Releases.initialise(store, releases.root());
        releases.release(new BundleName("kubernetes-1.31.4-1"), ManifestCodec.write(SampleManifest.of(List.of())));
        new Releases(store, URI.create("keelson://repository/"), releases, () -> Mirror.BEGIN)
                .find(new BundleName("kubernetes-1.31.4-1"));
        var until = Mirror.BEGIN.plus(Duration.ofDays(30));
        assertThat(TrustedMetadata.read(store))
                .containsExactly(
                        new TrustedMetadata(RoleName.ROOT, 1, until),
                        new TrustedMetadata(RoleName.TIMESTAMP, 2, until),
                        new TrustedMetadata(RoleName.SNAPSHOT, 2, until),
                        new TrustedMetadata(RoleName.TARGETS, 2, until));
    }

    @Test
    void refusesWhatIsDamaged() {
        Releases.initialise(store, releases.root());
        for (var role : List.of(RoleName.ROOT, RoleName.TIMESTAMP, RoleName.SNAPSHOT, RoleName.TARGETS)) {
            var damaged = new MemoryStore();
            damaged.write(role, new byte[] {'{'});
            assertRefused(ProblemCode.TRUST_STATE_UNREADABLE, () -> TrustedMetadata.read(damaged));
        }
    }
}
