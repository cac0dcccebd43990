package io.keelson.agent.artifact;

import io.keelson.agent.artifact.ReleaseSource.SignedManifest;
import io.keelson.agent.plan.Step;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.ReleasePublicKey;
import io.keelson.trust.VerifiedManifest;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The bundles of this host. A manifest is verified with the release keys each time it is taken from the disk or from
 * the source; once verified it is kept on the disk, so that a host plans after a reboot without a server. Thread-safe.
 */
public final class ArtifactStore {
    private final Path releases;
    private final ManifestCache cache;
    private final List<ReleasePublicKey> trusted;
    private final ReleaseSource source;
    private final Fit fit;
    private final Map<Digest, VerifiedManifest> verified = new ConcurrentHashMap<>();
    private final Map<Digest, StagedRelease> staged = new ConcurrentHashMap<>();

    /**
     * @param releases where bundles are unpacked: {@code /opt/keelson/releases}
     * @param manifests where verified manifests are kept
     */
    public ArtifactStore(
            Path releases, Path manifests, Collection<ReleasePublicKey> trusted, ReleaseSource source, Fit fit) {
        this.releases = releases;
        this.cache = new ManifestCache(manifests);
        this.trusted = List.copyOf(trusted);
        this.source = source;
        this.fit = fit;
    }

    /** The verified manifest of a spec's bundle; see {@link #verified}. */
    public BundleManifest manifest(NodeSpec spec) {
        return verified(spec.bundle(), spec.manifest()).manifest();
    }

    /** The step that stages a spec's bundle. */
    public Step staged(NodeSpec spec) {
        return staged(spec.bundle(), spec.manifest());
    }

    /** Where a bundle lies once it is staged. */
    public Path release(BundleName bundle) {
        return releases.resolve(bundle.value());
    }

    /**
     * The step that stages a bundle; its manifest is verified here already.
     *
     * @throws io.keelson.problem.ProblemException as {@link #verified} does
     */
    public Step staged(BundleName bundle, Digest digest) {
        var manifest = verified(bundle, digest);
        return staged.computeIfAbsent(digest, d -> new StagedRelease(manifest, source.blobs(), release(bundle)));
    }

    /**
     * The manifest of a bundle, verified, fit for this host, and exactly the one that is meant.
     *
     * @param digest of the manifest's bytes
     * @throws io.keelson.problem.ProblemException if it cannot be had, or is refused (BUNDLE_...)
     */
    public VerifiedManifest verified(BundleName bundle, Digest digest) {
        return verified.computeIfAbsent(
                digest,
                d -> cache.read(bundle)
                        .filter(kept -> Digest.of(kept.manifest()).equals(digest))
                        .map(kept -> check(bundle, digest, kept))
                        .orElseGet(() -> fetch(bundle, digest)));
    }

    private VerifiedManifest fetch(BundleName bundle, Digest digest) {
        var received = source.manifest(bundle);
        var manifest = check(bundle, digest, received);
        cache.write(bundle, received);
        return manifest;
    }

    private VerifiedManifest check(BundleName bundle, Digest digest, SignedManifest received) {
        var manifest = ManifestVerifier.verify(received.manifest(), received.signatures(), trusted);
        if (!manifest.digest().equals(digest) || !manifest.manifest().name().equals(bundle)) {
            throw Problem.error(
                            ProblemCode.BUNDLE_CORRUPT,
                            "the order names bundle " + bundle + " with manifest " + digest.abbreviated()
                                    + ", but what came is "
                                    + manifest.manifest().name() + " with "
                                    + manifest.digest().abbreviated(),
                            Remedy.advise(
                                    "Compare the published bundle with the signed one.",
                                    "keelson bundle show " + bundle))
                    .asException();
        }
        fit.require(manifest.manifest());
        return manifest;
    }
}
