package io.keelson.trust.tuf.repository;

import io.keelson.durable.AtomicFile;
import io.keelson.trust.tuf.RoleName;
import java.util.Map;
import java.util.Optional;

/**
 * Where a repository's files are kept. What has been published never changes, but for the timestamp; each change is
 * durable when its method returns. A failure of the medium is an {@link java.io.UncheckedIOException} or the medium's own
 * problem.
 */
public interface RepositoryFiles {
    /** The highest published version of each role that has versions in its files' names, by the role's name. */
    Map<String, Long> latest();

    /** The published file of a role's version; the timestamp has one file whatever its version. */
    Optional<byte[]> find(RoleName role, long version);

    /**
     * Publishes a file. A version that is there already stays as it is.
     *
     * @throws io.keelson.problem.ProblemException {@code TRUST_SAME_VERSION_DIFFERS} if it has other content
     */
    void publish(RoleName role, long version, byte[] bytes);

    /** Keeps a target's content under a path below the targets, its hash in front of the name. */
    void publishTarget(String path, AtomicFile.Content content);
}
