package io.keelson.server.repository;

import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetPath;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file's path in a repository, as in its directory. Only names of letters, digits and {@code -._~}: nothing of them
 * is ever encoded, and none becomes a path of the server's own disk.
 */
sealed interface RepositoryPath {
    /** {@code metadata/VERSION.ROLE.json}. */
    record Metadata(RoleName role, long version) implements RepositoryPath {}

    /** {@code metadata/timestamp.json}. */
    record Timestamp() implements RepositoryPath {}

    /**
     * {@code targets/bundles/NAME/HASH.manifest.json}.
     *
     * @param digest of the manifest
     */
    record Manifest(BundleName bundle, Digest digest) implements RepositoryPath {}

    /**
     * {@code targets/DIR/HASH.NAME}, any other target.
     *
     * @param path as metadata lists it, {@code DIR/NAME}
     */
    record Target(TargetPath path, Digest digest) implements RepositoryPath {
        /** Below the targets, its hash in front of the name. */
        String file() {
            return path.file(digest.hex() + ".");
        }
    }

    /** Most characters of a path. */
    int LONGEST = 1_200;

    Pattern METADATA = Pattern.compile("metadata/([1-9][0-9]{0,17})\\.([A-Za-z0-9._~-]{1,200})\\.json");
    Pattern TARGET =
            Pattern.compile("targets/((?:[A-Za-z0-9._~-]{1,255}/){0,8})([0-9a-f]{64})\\.([A-Za-z0-9._~-]{1,190})");
    Pattern MANIFEST = Pattern.compile("bundles/([^/]{1,63})/manifest\\.json");

    /** The path, or nothing if it has another form. */
    static Optional<RepositoryPath> parse(String path) {
        if (path.length() > LONGEST) {
            return Optional.empty();
        }
        if (path.equals("metadata/timestamp.json")) {
            return Optional.of(new Timestamp());
        }
        try {
            var metadata = METADATA.matcher(path);
            if (metadata.matches()) {
                return Optional.of(new Metadata(new RoleName(metadata.group(2)), Long.parseLong(metadata.group(1))));
            }
            var target = TARGET.matcher(path);
            return target.matches()
                    ? Optional.of(
                            target(new TargetPath(target.group(1) + target.group(3)), new Digest(target.group(2))))
                    : Optional.empty();
        } catch (IllegalArgumentException notAPath) {
            return Optional.empty();
        }
    }

    private static RepositoryPath target(TargetPath path, Digest digest) {
        var manifest = MANIFEST.matcher(path.path());
        return manifest.matches() ? new Manifest(new BundleName(manifest.group(1)), digest) : new Target(path, digest);
    }
}
