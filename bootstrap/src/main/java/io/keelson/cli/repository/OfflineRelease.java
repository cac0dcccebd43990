package io.keelson.cli.repository;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.VerifiedManifest;
import io.keelson.trust.bundle.BundleDirectory;
import io.keelson.trust.release.Floor;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.repository.Draft;
import java.nio.file.Path;
import java.util.List;

/**
 * A bundle that a repository in a directory releases, without a server: by the latest targets that enough keys have
 * signed, under a chain of roots that is whole. Dates are not asked, since nothing is fetched that could be old.
 *
 * @param roots every root, the oldest first
 */
public record OfflineRelease(VerifiedManifest manifest, List<Draft> roots) {
    public OfflineRelease {
        roots = List.copyOf(roots);
    }

    /**
     * Finds a bundle.
     *
     * @throws io.keelson.problem.ProblemException one of the {@code TRUST_} codes if the repository cannot be trusted;
     *     TRUST_TARGET_UNKNOWN if it does not release the bundle; BUNDLE_CORRUPT if it releases another one of that name;
     *     BUNDLE_BELOW_FLOOR; what {@link ManifestVerifier} throws
     */
    public static OfflineRelease find(Path repository, BundleDirectory bundle) {
        var directory = ReleaseDirectory.open(repository);
        var published =
                directory.published().orElseThrow(() -> unsigned(directory).asException());
        var roots = published.roots();
        requireSignedTargets(directory);
        var bytes = bundle.manifestBytes();
        var name = ManifestCodec.read(bytes).name();
        var path = ReleaseTargets.manifest(name);
        var listed = published
                .find(path)
                .orElseThrow(() -> Problem.error(
                                ProblemCode.TRUST_TARGET_UNKNOWN,
                                "the repository " + repository + " does not release bundle " + name,
                                Remedy.advise(
                                        "Release the bundle and have it signed, or take one that is released.",
                                        "keelson trust add --repository " + repository + " " + bundle.root()))
                        .asException());
        if (listed.length() != bytes.length || !listed.hashes().match(bytes)) {
            throw Problem.error(
                            ProblemCode.BUNDLE_CORRUPT,
                            "the repository " + repository + " releases another bundle of the name " + name + " than "
                                    + bundle.root(),
                            Remedy.advise(
                                    "Take the bundle that was released.",
                                    "keelson trust show --repository " + repository))
                    .asException();
        }
        var verified = ManifestVerifier.verify(bytes, Digest.of(bytes));
        published
                .find(ReleaseTargets.FLOOR)
                .map(file -> directory
                        .content(ReleaseTargets.FLOOR, file)
                        .orElseThrow(() -> TufRefusal.missing(ReleaseTargets.FLOOR.path())))
                .map(Floor::read)
                .flatMap(lowest -> lowest.refuses(verified.manifest()))
                .ifPresent(problem -> {
                    throw problem.asException();
                });
        return new OfflineRelease(verified, roots);
    }

    /** The latest root, as its file. */
    public byte[] root() {
        return roots.getLast().bytes();
    }

    /** The latest root's meaning. */
    public Root latest() {
        return (Root) roots.getLast().metadata();
    }

    private static void requireSignedTargets(ReleaseDirectory directory) {
        boolean wanting = directory.published().orElseThrow().toBeSigned().contains(RoleName.TARGETS);
        if (directory.publishedTargets().isEmpty() || wanting) {
            throw unsigned(directory).asException();
        }
    }

    private static Problem unsigned(ReleaseDirectory directory) {
        return Problem.error(
                ProblemCode.TRUST_THRESHOLD_NOT_MET,
                "what " + directory.path() + " releases is not signed by enough of its keys",
                Remedy.advise(
                        "Have it signed by those who are missing.",
                        "keelson trust show --repository " + directory.path()));
    }
}
