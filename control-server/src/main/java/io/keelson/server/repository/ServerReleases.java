package io.keelson.server.repository;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.Manifest;
import io.keelson.server.content.ReleaseRule;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.VerifiedManifest;
import io.keelson.trust.release.Releases;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.fetch.Fetcher;
import io.keelson.trust.tuf.store.MemoryStore;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Asks the server's own repository as a host would that begins to follow it now, by the root that this server was given:
 * what is accepted here, hosts accept.
 */
public final class ServerReleases implements ReleaseRule {
    /** No address that anything else could answer. */
    private static final URI BASE = URI.create("keelson-repository:/");

    private static final String STATUS = "keelson trust status";

    private final ReleaseRepository repository;
    private final RepositoryStore files;
    private final InstantSource clock;

    public ServerReleases(ReleaseRepository repository, RepositoryStore files, InstantSource clock) {
        this.repository = repository;
        this.files = files;
        this.clock = clock;
    }

    @Override
    public VerifiedManifest require(byte[] manifest) {
        if (manifest.length > ManifestCodec.MAXIMUM_BYTES) {
            throw TufRefusal.tooLarge("the manifest", ManifestCodec.MAXIMUM_BYTES);
        }
        var digest = Digest.of(manifest);
        var name = repository.image().released().entrySet().stream()
                .filter(released -> released.getValue().equals(digest))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> notReleased(digest));
        var trust = new MemoryStore();
        try {
            Releases.initialise(trust, repository.trustedRoot());
            var found = new Releases(trust, BASE, new Own(files, name, manifest), clock)
                    .find(name)
                    .manifest();
            if (!found.digest().equals(digest)) {
                throw notReleased(digest);
            }
            return found;
        } catch (ProblemException e) {
            throw refused(e);
        }
    }

    /** What a client advises its user helps no operator. */
    private static ProblemException refused(ProblemException e) {
        var problem = e.problem();
        if (!problem.code().name().startsWith("TRUST_")
                || problem.remedy().command().isPresent()) {
            return e;
        }
        return new ProblemException(
                Problem.error(
                        problem.code(),
                        "hosts would not take the bundle now: " + problem.what(),
                        Remedy.advise("See what keeps hosts from following the release repository.", STATUS)),
                e);
    }

    private static ProblemException notReleased(Digest manifest) {
        return Problem.error(
                        ProblemCode.TRUST_TARGET_UNKNOWN,
                        "nobody has released a bundle with the manifest " + manifest.abbreviated()
                                + ", or it was withdrawn",
                        Remedy.advise(
                                "Let the targets role list the bundle, and publish that first.",
                                "keelson trust publish"))
                .asException();
    }

    @Override
    public Released now() {
        RepositoryImage image;
        try {
            image = repository.image();
        } catch (ProblemException e) {
            return (manifest, digest) -> Optional.of(e.problem());
        }
        return (manifest, digest) -> refuses(image, manifest, digest);
    }

    private static Optional<Problem> refuses(RepositoryImage image, Manifest manifest, Digest digest) {
        var unsigned = image.standing(RoleName.TARGETS).flatMap(RepositoryProblems::unsigned);
        if (unsigned.isPresent()) {
            return unsigned;
        }
        if (!digest.equals(image.released().get(manifest.name()))) {
            return Optional.of(Problem.error(
                    ProblemCode.BUNDLE_WITHDRAWN,
                    "bundle " + manifest.name() + " is not released any more",
                    Remedy.advise("Choose one that is released, or have it released again.", "keelson bundle list")));
        }
        return image.floorProblem().or(() -> image.floor().flatMap(floor -> floor.refuses(manifest)));
    }

    /** The server's files, and one manifest that is not published yet. */
    private record Own(RepositoryStore files, BundleName bundle, byte[] manifest) implements Fetcher {
        @Override
        public boolean fetch(URI file, long atMost, OutputStream out) throws IOException {
            var path = file.toString().substring(BASE.toString().length());
            var found = RepositoryPath.parse(path).flatMap(this::find);
            if (found.isEmpty()) {
                return false;
            }
            if (found.get().length > atMost) {
                throw TufRefusal.tooLarge(path, atMost);
            }
            out.write(found.get());
            return true;
        }

        private Optional<byte[]> find(RepositoryPath path) {
            return path.equals(new RepositoryPath.Manifest(bundle, Digest.of(manifest)))
                    ? Optional.of(manifest)
                    : files.find(path);
        }
    }
}
