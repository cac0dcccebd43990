package io.keelson.server.pool;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
        List<Integer> reboot,
        String why) {
    static StoredPoolRecord of(PoolRecord record) {
        return new StoredPoolRecord(
                record.pool().value(),
                record.stage().name(),
                record.since().toEpochMilli(),
                record.blocked().map(Instant::toEpochMilli).stream().toList(),
                record.joined().map(Instant::toEpochMilli).stream().toList(),
                record.settled(),
                record.reboot().stream().toList(),
                record.why());
    }

    static PoolRecord read(Entry entry, HostId host) {
        var stored = Json.read(entry, StoredPoolRecord.class, StoredPoolRecord::complete);
        return new PoolRecord(
                host,
                new PoolName(stored.pool()),
                Stage.valueOf(stored.stage()),
                Instant.ofEpochMilli(stored.sinceMillis()),
                instant(stored.blockedMillis()),
                instant(stored.joinedMillis()),
                stored.settled(),
                stored.reboot().stream().findFirst(),
                stored.why(),
                entry.version());
    }

    /** Nobody could ask for a reboot when the first were written. */
    private static void complete(ObjectNode body) {
        if (!body.has("reboot")) {
            body.putArray("reboot");
        }
    }

    private static Optional<Instant> instant(List<Long> millis) {
        return millis.stream().findFirst().map(Instant::ofEpochMilli);
    }
}
