package io.keelson.server.offsite;

import io.keelson.etcd.Keyspace;
import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.release.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;

/** Files of any bytes, as if a snapshot had been sealed in them. */
final class TestCopies {
    private TestCopies() {}

    static Path file(Path directory, int size) throws IOException {
        var bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Files.write(directory.resolve("sealed"), bytes);
    }

    static TakenSnapshot snapshot(Path file) throws IOException {
        var member = new NodeName("cp-a");
        var taken = Instant.parse("2026-01-01T00:00:00Z");
        var bytes = Files.readAllBytes(file);
        return new TakenSnapshot(
                SnapshotId.of(taken, member),
                new ClusterName("prod"),
                member,
                taken,
                new Keyspace(9, 1, 2, 3),
                1,
                Digest.of(bytes),
                bytes.length,
                Digest.of(bytes),
                Digest.of(bytes));
    }
}
