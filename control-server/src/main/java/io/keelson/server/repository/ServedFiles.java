package io.keelson.server.repository;

import io.keelson.server.content.BundleCatalog;
import java.io.InputStream;
import java.util.Optional;

/** The repository's files as hosts fetch them; what they are worth is decided by the hosts. */
public final class ServedFiles {
    private final RepositoryStore files;
    private final BundleCatalog bundles;

    public ServedFiles(RepositoryStore files, BundleCatalog bundles) {
        this.files = files;
        this.bundles = bundles;
    }

    /**
     * A file's bytes by its path, as in a repository's directory; to be closed. Empty if there is none.
     *
     * @throws io.keelson.problem.ProblemException {@code BUNDLE_CORRUPT} if its bytes are gone
     */
    public Optional<InputStream> open(String path) {
        return RepositoryPath.parse(path).flatMap(parsed -> switch (parsed) {
            case RepositoryPath.Manifest(var bundle, var digest) -> bundles.manifest(bundle, digest);
            case RepositoryPath.Metadata metadata -> files.open(metadata);
            case RepositoryPath.Timestamp timestamp -> files.open(timestamp);
            case RepositoryPath.Target target -> files.open(target);
        });
    }
}
