package io.keelson.trust.tuf.store;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Trust that ends with the process: for one who asks what a host that begins now would accept. */
public final class MemoryStore implements MetadataStore {
    private final Map<RoleName, byte[]> metadata = new ConcurrentHashMap<>();
    private volatile Optional<Instant> floor = Optional.empty();
    private final AtomicBoolean held = new AtomicBoolean();

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
        if (!held.compareAndSet(false, true)) {
            throw TufRefusal.locked(toString());
        }
        return () -> held.set(false);
    }

    @Override
    public String toString() {
        return "memory";
    }
}
