package io.keelson.trust.release;

import io.keelson.problem.Problem;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.VerifiedManifest;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.client.TrustPolicy;
import io.keelson.trust.tuf.client.TufClient;
import io.keelson.trust.tuf.fetch.Fetcher;
import io.keelson.trust.tuf.store.MetadataStore;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;

/**
 * Follows a release repository. A bundle that it gives out was released by people, is not withdrawn, lies above the
 * floor, and all of this was signed lately: root, timestamp, snapshot, targets and manifest were checked in this order,
 * and nothing was kept that was not accepted.
 */
public final class Releases {
    private final TufClient client;
    private final URI targets;

    /**
     * A follower.
     *
     * @param store what is trusted; {@link #initialise} comes first
     * @param repository holds {@code metadata/} and {@code targets/}
     */
    public Releases(MetadataStore store, URI repository, Fetcher fetcher, InstantSource clock) {
        var base = repository.toString().replaceFirst("/?$", "/");
        this.client = new TufClient(store, URI.create(base + "metadata"), fetcher, clock, TrustPolicy.STRICT);
        this.targets = URI.create(base + "targets");
    }

    /** Begins to trust a root that came over a trusted way; see {@link TufClient#initialise}. */
    public static void initialise(MetadataStore store, byte[] root) {
        TufClient.initialise(store, root, TrustPolicy.STRICT);
    }

    /**
     * A bundle that may be installed.
     *
     * @param warnings what a person has to know although the bundle may be used
     */
    public record Released(VerifiedManifest manifest, List<Problem> warnings) {
        public Released {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * Brings what is trusted up to date and looks for a bundle.
     *
     * @throws io.keelson.problem.ProblemException one of the {@code TRUST_} codes; {@code TRUST_TARGET_UNKNOWN} if nobody
     *     has released it or it was withdrawn; {@code BUNDLE_BELOW_FLOOR}; what {@link ManifestVerifier} throws
     */
    public Released find(BundleName bundle) {
        try (var update = client.update()) {
            var target = ReleaseTargets.manifest(bundle);
            var bytes = update.content(target, targets, ManifestCodec.MAXIMUM_BYTES)
                    .orElseThrow(() -> TufRefusal.targetUnknown(target.path()));
            var manifest = ManifestVerifier.verify(bytes, Digest.of(bytes));
            if (!manifest.manifest().name().equals(bundle)) {
                throw TufRefusal.content(
                        target.path(),
                        "is the manifest of " + manifest.manifest().name());
            }
            var floor = update.content(ReleaseTargets.FLOOR, targets, Floor.MAXIMUM_BYTES);
            floor.map(Floor::read)
                    .flatMap(lowest -> lowest.refuses(manifest.manifest()))
                    .ifPresent(problem -> {
                        throw problem.asException();
                    });
            return new Released(manifest, update.warnings());
        }
    }
}
