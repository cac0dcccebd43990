package io.keelson.server.pool;

import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.pool.Stage;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The stored form of {@link PoolRecord}, version 1. Lists of at most one stand for what may be absent. */
record StoredPoolRecord(
        String pool,
        String stage,
        long sinceMillis,
        List<Long> blockedMillis,
        List<Long> joinedMillis,
        boolean settled,
        String why) {
    static StoredPoolRecord of(PoolRecord record) {
        return new StoredPoolRecord(
                record.pool().value(),
                record.stage().name(),
                record.since().toEpochMilli(),
                record.blocked().map(Instant::toEpochMilli).stream().toList(),
                record.joined().map(Instant::toEpochMilli).stream().toList(),
                record.settled(),
                record.why());
    }

    static PoolRecord read(Entry entry, HostId host) {
        var stored = Json.read(entry, StoredPoolRecord.class);
        return new PoolRecord(
                host,
                new PoolName(stored.pool()),
                Stage.valueOf(stored.stage()),
                Instant.ofEpochMilli(stored.sinceMillis()),
                instant(stored.blockedMillis()),
                instant(stored.joinedMillis()),
                stored.settled(),
                stored.why(),
                entry.version());
    }

    private static Optional<Instant> instant(List<Long> millis) {
        return millis.stream().findFirst().map(Instant::ofEpochMilli);
    }
}
