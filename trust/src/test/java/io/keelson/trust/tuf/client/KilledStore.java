package io.keelson.trust.tuf.client;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.store.MetadataStore;
import java.time.Instant;
import java.util.Optional;

/** A store whose process dies at one of its durable changes: just before the change takes effect, or just after. */
final class KilledStore implements MetadataStore {
    private final MetadataStore store;
    private final int at;
    private final boolean afterwards;
    private int changes;

    KilledStore(MetadataStore store, int at, boolean afterwards) {
        this.store = store;
        this.at = at;
        this.afterwards = afterwards;
    }

    /** The process is gone. */
    static final class Killed extends RuntimeException {}

    int changes() {
        return changes;
    }

    private void change(Runnable change) {
        boolean dies = changes++ == at;
        if (dies && !afterwards) {
            throw new Killed();
        }
        change.run();
        if (dies) {
            throw new Killed();
        }
    }

    @Override
    public Optional<byte[]> read(RoleName role) {
        return store.read(role);
    }

    @Override
    public void write(RoleName role, byte[] metadata) {
        change(() -> store.write(role, metadata));
    }

    @Override
    public void remove(RoleName role) {
        change(() -> store.remove(role));
    }

    @Override
    public Optional<Instant> clockFloor() {
        return store.clockFloor();
    }

    @Override
    public void raiseClockFloor(Instant time) {
        change(() -> store.raiseClockFloor(time));
    }

    @Override
    public Held lock() {
        return store.lock();
    }
}
