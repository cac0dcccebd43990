package io.keelson.trust.tuf.client;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.metadata.Timestamp;
import io.keelson.trust.tuf.store.MetadataStore;
import java.util.Arrays;

/** Learns which snapshot is the latest (TUF 1.0 section 5.4). */
record TimestampUpdate(MetadataStore store, Source source, Checks checks) {
    private static final RoleName ROLE = RoleName.TIMESTAMP;

    Candidate<Timestamp> run(Root root) {
        var keys = root.keysOf(ROLE);
        var trusted = checks.kept(store, Kind.TIMESTAMP, ROLE, root.keys(), keys);
        var bytes = source.get(ROLE.fileName(), Kind.TIMESTAMP.atMost()); // 5.4.1
        var timestamp = checks.fetched(Kind.TIMESTAMP, ROLE.fileName(), bytes);
        checks.requireSigned(timestamp, ROLE, root.keys(), keys); // 5.4.2
        if (trusted.isPresent() && isKnown(trusted.get(), timestamp)) {
            checks.requireFresh(trusted.get());
            return trusted.get();
        }
        checks.requireFresh(timestamp); // 5.4.4
        store.write(ROLE, bytes); // 5.4.5
        return timestamp;
    }

    /** 5.4.3: whether it is the trusted one; anything that is not newer than that is refused. */
    private boolean isKnown(Candidate<Timestamp> trusted, Candidate<Timestamp> timestamp) {
        if (timestamp.version() < trusted.version()) {
            throw TufRefusal.rollback(timestamp.name(), timestamp.version(), trusted.version());
        }
        if (timestamp.version() == trusted.version()) { // 5.4.3.1
            requireSame(trusted, timestamp);
            return true;
        }
        long before = trusted.metadata().snapshot().version();
        long listed = timestamp.metadata().snapshot().version();
        if (listed < before) { // 5.4.3.2
            throw TufRefusal.rollback("the snapshot that " + timestamp.name() + " lists", listed, before);
        }
        return false;
    }

    /** What is signed is compared, for to sign the same anew is nobody's attack. */
    private void requireSame(Candidate<Timestamp> trusted, Candidate<Timestamp> timestamp) {
        switch (checks.policy().sameVersion()) {
            case REFUSED -> {
                if (!Arrays.equals(
                        trusted.document().canonical(), timestamp.document().canonical())) {
                    throw TufRefusal.sameVersionDiffers(timestamp.name(), timestamp.version());
                }
            }
            case DISCARDED -> {}
        }
    }
}
