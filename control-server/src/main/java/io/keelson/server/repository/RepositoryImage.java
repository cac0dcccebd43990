package io.keelson.server.repository;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.trust.release.Floor;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.repository.SignedTargets;
import io.keelson.trust.tuf.repository.Standing;
import io.keelson.trust.tuf.repository.TufRepository;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What follows from the repository as it was at one moment. Dates are not looked at.
 *
 * @param change see {@link RepositoryStore#latestChange}
 * @param root the latest
 * @param rootFile its bytes
 * @param standings of all published roles
 * @param released digests of the manifests that people have released, by the names of their bundles
 * @param floor the lowest version that may be installed, if there is one
 * @param floorProblem why the floor cannot be read, if so; it may be higher than anything
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record RepositoryImage(
        long change,
        Root root,
        byte[] rootFile,
        List<Standing> standings,
        Map<BundleName, Digest> released,
        Optional<Floor> floor,
        Optional<Problem> floorProblem) {
    RepositoryImage {
        standings = List.copyOf(standings);
        released = Map.copyOf(released);
    }

    /** @param root the latest, judged by the trusted one */
    static RepositoryImage of(RepositoryView view, Root root) {
        var repository = TufRepository.open(view);
        var targets = repository.signedTargets();
        Optional<Floor> floor = Optional.empty();
        Optional<Problem> floorProblem = Optional.empty();
        try {
            floor = floor(view, targets);
        } catch (ProblemException e) {
            floorProblem = Optional.of(e.problem());
        }
        return new RepositoryImage(
                view.latestChange(),
                root,
                view.find(RoleName.ROOT, root.version()).orElseThrow(),
                repository.standings(),
                released(targets),
                floor,
                floorProblem);
    }

    private static Optional<Floor> floor(RepositoryView view, SignedTargets targets) {
        return targets.find(ReleaseTargets.FLOOR)
                .map(file -> Floor.read(view.target(Targets.file(ReleaseTargets.FLOOR, file))
                        .orElseThrow(() -> Targets.contentMissing(ReleaseTargets.FLOOR.path()))));
    }

    private static Map<BundleName, Digest> released(SignedTargets targets) {
        var released = new HashMap<BundleName, Digest>();
        targets.all()
                .forEach((path, file) -> ReleaseTargets.bundle(path)
                        .ifPresent(bundle -> sha256(file).ifPresent(digest -> released.put(bundle, digest))));
        return released;
    }

    private static Optional<Digest> sha256(TargetFile file) {
        return Optional.ofNullable(file.hashes().hexByAlgorithm().get("sha256"))
                .filter(hex -> hex.length() == 64)
                .map(Digest::new);
    }

    /** A published role. */
    Optional<Standing> standing(RoleName role) {
        return standings.stream()
                .filter(standing -> standing.role().equals(role))
                .findFirst();
    }
}
