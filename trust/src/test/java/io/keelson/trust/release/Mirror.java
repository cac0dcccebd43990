package io.keelson.trust.release;

import io.keelson.release.BundleName;
import io.keelson.trust.tuf.SimulatedKey;
import io.keelson.trust.tuf.SimulatedRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a host sees of a release repository that has released one bundle and is about to release the next. Whoever attacks
 * changes it as he likes; what its owners have is kept apart, so that they can go on.
 */
public final class Mirror {
    /** Every role, in the order in which an update gets to them. */
    public static final List<String> ROLES = List.of("root", "timestamp", "snapshot", "targets");

    /** The time at which the first bundle was installed. */
    public static final Instant BEGIN = Instant.parse("2030-06-01T12:00:00Z");

    /** By the host's clock. */
    public Instant now = BEGIN;

    /** The next bundle's manifest: what the host is told to run. */
    public byte[] manifest;

    /** Whether a second passes with each look at the clock. */
    public boolean trickling;

    private final BundleName next;
    private final Map<String, Supplier<Iterator<byte[]>>> streams = new HashMap<>();
    private SimulatedReleases shown;
    private SimulatedReleases owners;

    /** @param next about to be released */
    public Mirror(BundleName next, byte[] manifest) {
        this.next = next;
        this.manifest = manifest.clone();
        this.shown = SimulatedReleases.fresh(BEGIN);
        this.owners = shown;
    }

    /** What is shown. */
    public SimulatedReleases releases() {
        return shown;
    }

    public SimulatedRepository repository() {
        return shown.repository();
    }

    /** From here on the owners know nothing of what is shown. */
    public void part() {
        owners = new SimulatedReleases(repository().copy());
    }

    /** The next bundle is released, with whatever was changed before. */
    public void release() {
        shown.release(next, manifest);
    }

    /** The next bundle is released, and one role's metadata is signed by other keys than its own. */
    void release(String signed, List<SimulatedKey> by) {
        repository().signers.put(signed, new ArrayList<>(by));
        if (signed.equals("root")) {
            repository().publish("root");
        }
        release();
    }

    /** The keys that sign a role's metadata. */
    List<SimulatedKey> signers(String role) {
        return List.copyOf(repository().signers.getOrDefault(role, List.of()));
    }

    /** Instead of a file whose path ends so come these pieces. */
    void stream(String ending, Supplier<Iterator<byte[]>> pieces) {
        streams.put(ending, pieces);
    }

    /** What comes for a path below the repository. */
    public Optional<Iterator<byte[]>> answer(String path) {
        var file = shown.file(path).map(bytes -> List.of(bytes).iterator());
        return streams.entrySet().stream()
                .filter(stream -> path.endsWith(stream.getKey()))
                .findFirst()
                .map(stream -> stream.getValue().get())
                .or(() -> file);
    }

    /** What the owners have is shown again, and they release the next bundle. */
    public void recover() {
        streams.clear();
        trickling = false;
        shown = owners;
        goOn();
    }

    /** The owners go on from what is shown: everything signed anew, with dates that are to come. */
    void goOn() {
        for (var role : ROLES) {
            repository().setExpires(role, now.plus(Duration.ofDays(30)));
        }
        repository().publish("root");
        for (int i = 0; i < 4; i++) {
            release();
        }
    }
}
