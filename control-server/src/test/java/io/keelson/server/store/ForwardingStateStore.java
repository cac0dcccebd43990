package io.keelson.server.store;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** A store that hands every call to another one; a test lets something happen before or instead. */
public class ForwardingStateStore implements StateStore {
    private final StateStore behind;

    protected ForwardingStateStore(StateStore behind) {
        this.behind = behind;
    }

    /** Happens before every call that waits for the store, also those of its leases. */
    protected void pass() {}

    @Override
    public Optional<Entry> get(String key) {
        pass();
        return behind.get(key);
    }

    @Override
    public Snapshot snapshot(String prefix) {
        pass();
        return behind.snapshot(prefix);
    }

    @Override
    public boolean commit(Transaction transaction) {
        pass();
        return behind.commit(transaction);
    }

    @Override
    public Watch watch(String prefix, long fromRevision, Consumer<Change> onChange) {
        return behind.watch(prefix, fromRevision, onChange);
    }

    @Override
    public Lease grant(Duration ttl) {
        pass();
        var lease = behind.grant(ttl);
        return new Lease() {
            @Override
            public long id() {
                return lease.id();
            }

            @Override
            public boolean renew() {
                pass();
                return lease.renew();
            }

            @Override
            public void close() {
                lease.close();
            }
        };
    }

    @Override
    public void close() {
        behind.close();
    }
}
