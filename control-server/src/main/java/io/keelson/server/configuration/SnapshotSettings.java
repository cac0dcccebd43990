package io.keelson.server.configuration;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where snapshots of clusters' etcd are restored.
 *
 * @param releases directory of installed releases
 * @param drill directory of the sandbox
 * @param s3 where copies go; empty if nowhere
 */
public record SnapshotSettings(Path releases, Path drill, Optional<S3Settings> s3) {}
