package io.keelson.cli.repository;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Manifest;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.release.Floor;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.metadata.Targets;
import io.keelson.trust.tuf.repository.Draft;
import io.keelson.trust.tuf.repository.Quorum;
import io.keelson.trust.tuf.repository.TargetsChange;
import io.keelson.trust.tuf.repository.TufRepository;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Changes of what is released, gathered in one draft of the targets. For one thread. */
public final class TargetsEdit {
    private final ReleaseDirectory directory;
    private final Optional<Draft> before;
    private TargetsChange change;
    private boolean dirty;

    private TargetsEdit(ReleaseDirectory directory, Optional<Draft> before, TargetsChange change) {
        this.directory = directory;
        this.before = before;
        this.change = change;
    }

    /** Goes on with the draft that there is, or begins the next one. */
    public static TargetsEdit begin(ReleaseDirectory directory) {
        var draft = directory.draft(RoleName.TARGETS);
        var change = draft.map(TargetsChange::of)
                .or(() -> directory.published().map(repository -> repository.targets(RoleName.TARGETS)))
                .orElseGet(() -> TargetsChange.first(RoleName.TARGETS));
        return new TargetsEdit(directory, draft, change);
    }

    /**
     * Releases a bundle.
     *
     * @param manifest its bytes; blobs are not looked at
     * @return whether it was not listed yet
     * @throws io.keelson.problem.ProblemException BUNDLE_EXISTS if another bundle has its name; BUNDLE_BELOW_FLOOR; what
     *     {@link ManifestCodec#read} throws
     */
    public boolean add(byte[] manifest) {
        var bundle = ManifestCodec.read(manifest);
        var path = ReleaseTargets.manifest(bundle.name());
        var listed = listed().find(path);
        if (listed.isPresent() && !isOf(listed.get(), manifest)) {
            throw differs(bundle).asException();
        }
        floor().flatMap(floor -> floor.refuses(bundle)).ifPresent(problem -> {
            throw problem.asException();
        });
        var file = TufRepository.store(directory.files(), path, manifest);
        if (listed.isEmpty()) {
            list(path, file);
        }
        return listed.isEmpty();
    }

    /**
     * Takes a bundle back: what runs goes on, nothing new is installed from it.
     *
     * @return whether it was listed until now
     * @throws io.keelson.problem.ProblemException BUNDLE_NOT_FOUND if it was never released
     */
    public boolean withdraw(BundleName bundle) {
        var path = ReleaseTargets.manifest(bundle);
        if (listed().find(path).isPresent()) {
            change = change.without(path);
            dirty = true;
            return true;
        }
        boolean published = directory
                .publishedTargets()
                .flatMap(targets -> targets.find(path))
                .isPresent();
        if (!published) {
            throw Problem.error(
                            ProblemCode.BUNDLE_NOT_FOUND,
                            "no bundle " + bundle + " is released",
                            Remedy.advise("Name one that is.", "keelson trust show --repository " + directory.path()))
                    .asException();
        }
        return false;
    }

    /**
     * Sets the lowest Kubernetes version that may still be installed.
     *
     * @return whether it was another one
     */
    public boolean floor(KubernetesVersion lowest) {
        var bytes = new Floor(lowest).bytes();
        var same = listed().find(ReleaseTargets.FLOOR).filter(found -> isOf(found, bytes));
        var file = TufRepository.store(directory.files(), ReleaseTargets.FLOOR, bytes);
        if (same.isEmpty()) {
            list(ReleaseTargets.FLOOR, file);
        }
        return same.isEmpty();
    }

    /** The same content for longer. */
    public void renew() {
        dirty = true;
    }

    /** Keeps the draft, if anything was changed. */
    public Saved save(Instant expires) {
        if (!dirty) {
            return new Saved(false, List.of());
        }
        var voided = before.map(
                        draft -> Quorum.of(draft, directory.newestRoot()).signedIds())
                .orElse(List.of());
        directory.save(change.expiring(expires));
        return new Saved(true, voided);
    }

    /** Bundles whose Kubernetes lies below a floor, of those that are listed and lie here. */
    public List<BundleName> below(KubernetesVersion lowest) {
        return new Listing(directory, listed())
                .bundles().stream()
                        .filter(bundle -> bundle.kubernetes()
                                .filter(version -> version.compareTo(lowest) < 0)
                                .isPresent())
                        .map(Listing.Bundle::name)
                        .toList();
    }

    private void list(TargetPath path, TargetFile file) {
        change = change.with(path, file);
        dirty = true;
    }

    private Targets listed() {
        return (Targets) change.expiring(Instant.EPOCH).metadata();
    }

    private Optional<Floor> floor() {
        return new Listing(directory, listed()).floor();
    }

    private static boolean isOf(TargetFile listed, byte[] content) {
        return listed.length() == content.length && listed.hashes().match(content);
    }

    private static Problem differs(Manifest bundle) {
        return Problem.error(
                ProblemCode.BUNDLE_EXISTS,
                "another bundle of the name " + bundle.name() + " is released",
                Remedy.advise(
                        "Build the bundle under another name, for instance with a higher number at its end.",
                        "keelson bundle build --help"));
    }
}
