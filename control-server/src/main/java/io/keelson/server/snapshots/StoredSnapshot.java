package io.keelson.server.snapshots;

import io.keelson.etcd.Keyspace;
import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.release.Digest;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import java.time.Instant;
import java.util.Optional;

/** The stored form of {@link KnownSnapshot}, version 1. A time that never was is 0. */
record StoredSnapshot(
        String id,
        String cluster,
        String member,
        long takenMillis,
        long revision,
        long compacted,
        long hash,
        long keys,
        long plainBytes,
        String content,
        long bytes,
        String sealed,
        String key,
        String host,
        long handedInMillis,
        long triedMillis,
        String failure,
        long copiedMillis) {
    static byte[] write(KnownSnapshot known) {
        var snapshot = known.snapshot();
        var keyspace = snapshot.keyspace();
        return Json.write(new StoredSnapshot(
                snapshot.id().value(),
                snapshot.cluster().value(),
                snapshot.member().value(),
                snapshot.taken().toEpochMilli(),
                keyspace.revision(),
                keyspace.compacted(),
                keyspace.hash(),
                keyspace.keys(),
                snapshot.plainBytes(),
                snapshot.content().hex(),
                snapshot.bytes(),
                snapshot.sealed().hex(),
                snapshot.key().hex(),
                known.host().value(),
                known.handedIn().toEpochMilli(),
                known.trial().map(trial -> trial.at().toEpochMilli()).orElse(0L),
                known.trial().map(KnownSnapshot.Trial::failure).orElse(""),
                known.copied().map(Instant::toEpochMilli).orElse(0L)));
    }

    static KnownSnapshot read(Entry entry) {
        return Json.read(entry, StoredSnapshot.class).toDomain(entry.version());
    }

    private KnownSnapshot toDomain(long version) {
        var snapshot = new TakenSnapshot(
                new SnapshotId(id),
                new ClusterName(cluster),
                new NodeName(member),
                Instant.ofEpochMilli(takenMillis),
                new Keyspace(revision, compacted, hash, keys),
                plainBytes,
                new Digest(content),
                bytes,
                new Digest(sealed),
                new Digest(key));
        return new KnownSnapshot(
                snapshot,
                new HostId(host),
                Instant.ofEpochMilli(handedInMillis),
                time(triedMillis).map(at -> new KnownSnapshot.Trial(at, failure)),
                time(copiedMillis),
                version);
    }

    private static Optional<Instant> time(long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
