package io.keelson.cli.repository;

import io.keelson.problem.ProblemException;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.KubernetesVersion;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.release.Floor;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.metadata.Targets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What targets metadata releases, as far as its content lies in the repository's directory. */
public record Listing(ReleaseDirectory directory, Targets targets) {
    /**
     * A bundle that is released.
     *
     * @param manifest SHA-256 of its manifest
     * @param kubernetes what it brings; empty if the manifest is not here, or is that of an operating system's level
     */
    public record Bundle(BundleName name, String manifest, Optional<KubernetesVersion> kubernetes) {}

    /** All bundles, by name. */
    public List<Bundle> bundles() {
        var bundles = new ArrayList<Bundle>();
        targets.targets()
                .forEach((path, file) -> ReleaseTargets.bundle(path)
                        .ifPresent(name -> bundles.add(new Bundle(name, digestOf(file), kubernetes(path, file)))));
        bundles.sort(Comparator.comparing(bundle -> bundle.name().value()));
        return bundles;
    }

    /**
     * The floor.
     *
     * @throws ProblemException TRUST_FILE_MISSING if it is listed and not here; TRUST_METADATA_INVALID if it cannot be read
     */
    public Optional<Floor> floor() {
        return targets.find(ReleaseTargets.FLOOR)
                .map(file -> directory
                        .content(ReleaseTargets.FLOOR, file)
                        .orElseThrow(() -> TufRefusal.missing(ReleaseTargets.FLOOR.path())))
                .map(Floor::read);
    }

    /** The floor in words, also where it is not here. */
    public String floorText() {
        return targets.find(ReleaseTargets.FLOOR)
                .map(file -> directory
                        .content(ReleaseTargets.FLOOR, file)
                        .map(bytes -> "Kubernetes " + Floor.read(bytes).kubernetes())
                        .orElseGet(() -> "sha256:" + digestOf(file) + ", which is not here"))
                .orElse("none");
    }

    static String digestOf(TargetFile file) {
        return file.hashes().prefix().orElse("unknown");
    }

    private Optional<KubernetesVersion> kubernetes(String path, TargetFile file) {
        return directory
                .content(new TargetPath(path), file)
                .flatMap(bytes -> ManifestCodec.read(bytes).kubernetesRelease())
                .map(BundleManifest::kubernetes);
    }
}
