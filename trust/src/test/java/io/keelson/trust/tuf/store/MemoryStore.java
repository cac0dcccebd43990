package io.keelson.trust.tuf.store;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A store without a disk. */
public final class MemoryStore implements MetadataStore {
    private final Map<RoleName, byte[]> metadata = new HashMap<>();
    private Optional<Instant> floor = Optional.empty();
    private boolean locked;

    @Override
    public Optional<byte[]> read(RoleName role) {
        return Optional.ofNullable(metadata.get(role)).map(byte[]::clone);
    }

    @Override
    public void write(RoleName role, byte[] bytes) {
        metadata.put(role, bytes.clone());
    }

    @Override
    public void remove(RoleName role) {
        metadata.remove(role);
    }

    @Override
    public Optional<Instant> clockFloor() {
        return floor;
    }

    @Override
    public void raiseClockFloor(Instant time) {
        floor = Optional.of(time);
    }

    @Override
    public Held lock() {
        if (locked) {
            throw TufRefusal.locked("memory");
        }
        locked = true;
        return () -> locked = false;
    }
}
