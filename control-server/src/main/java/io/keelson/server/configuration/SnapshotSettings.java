package io.keelson.server.configuration;

import io.keelson.fleet.SnapshotPolicy;
import io.keelson.trust.snapshot.SnapshotKeyFile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where snapshots of clusters' etcd are restored.
 *
 * @param releases directory of installed releases
 * @param drill directory of the sandbox
 * @param ownKey opens snapshots of the management etcd; need not be there, then none are taken
 * @param own how the management etcd is copied
 * @param s3 where copies go; empty if to no such store
 * @param copies directory where copies go; empty if to none
 */
public record SnapshotSettings(
        Path releases,
        Path drill,
        Optional<S3Settings> s3,
        Optional<Path> copies,
        SnapshotKeyFile ownKey,
        SnapshotPolicy own) {}
