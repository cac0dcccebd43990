package io.keelson.trust.tuf.client;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemException;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.fetch.Fetcher;
import io.keelson.trust.tuf.store.MetadataStore;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Follows one repository (TUF 1.0 section 5). The store holds what was accepted and nothing else, so an update that is
 * refused, or killed at any moment, leaves a state from which the next one goes on.
 */
public final class TufClient {
    private final MetadataStore store;
    private final Source source;
    private final InstantSource clock;
    private final TrustPolicy policy;

    /**
     * A client of a repository.
     *
     * @param store what this host trusts; {@link #initialise} comes first
     * @param metadata where the repository's metadata lies
     * @param clock read once per update
     */
    public TufClient(MetadataStore store, URI metadata, Fetcher fetcher, InstantSource clock, TrustPolicy policy) {
        this.store = store;
        this.source = new Source(fetcher, metadata);
        this.clock = clock;
        this.policy = policy;
    }

    /**
     * Begins to trust a root that came over another, trusted way. To do it again with the same root changes nothing.
     *
     * @throws ProblemException {@code TRUST_METADATA_INVALID}, {@code TRUST_THRESHOLD_NOT_MET}, or {@code
     *     TRUST_ROOT_DIFFERS} if there is another root already
     */
    public static void initialise(MetadataStore store, byte[] root, TrustPolicy policy) {
        var checks = new Checks(policy, Instant.EPOCH); // 5.2: a date does not matter here
        var candidate = checks.fetched(Kind.ROOT, "the root", root.clone());
        var metadata = candidate.metadata();
        checks.requireSigned(candidate, RoleName.ROOT, metadata.keys(), metadata.keysOf(RoleName.ROOT));
        try (var lock = store.lock()) {
            var there = store.read(RoleName.ROOT);
            if (there.isPresent() && !Arrays.equals(there.get(), candidate.bytes())) {
                throw TufRefusal.rootDiffers(store.toString());
            }
            if (there.isEmpty()) {
                store.write(RoleName.ROOT, candidate.bytes());
            }
        }
    }

    /**
     * Brings the top-level metadata up to date.
     *
     * @return to be closed
     * @throws ProblemException one of the {@code TRUST_} codes; what was accepted before it stays accepted
     */
    public TufUpdate update() {
        var lock = store.lock();
        try {
            return update(lock);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private TufUpdate update(MetadataStore.Held lock) {
        var warnings = new ArrayList<Problem>();
        var wall = clock.instant();
        var checks = new Checks(policy, time(wall, warnings)); // 5.1
        var root = new RootUpdate(store, source, checks).run().metadata();
        var timestamp = new TimestampUpdate(store, source, checks).run(root).metadata();
        var listed = new ListedUpdate(store, source, checks, root.consistentSnapshot()); // 5.3.12
        var snapshot = listed.run(
                        Kind.SNAPSHOT,
                        RoleName.SNAPSHOT,
                        timestamp.snapshot(),
                        root.keys(),
                        root.keysOf(RoleName.SNAPSHOT),
                        SnapshotRules::requireNoStepBack)
                .metadata();
        var targets = listed.run(
                        Kind.TARGETS,
                        RoleName.TARGETS,
                        snapshot.find(RoleName.TARGETS)
                                .orElseThrow(() -> TufRefusal.unlisted("targets.json", "the snapshot")),
                        root.keys(),
                        root.keysOf(RoleName.TARGETS),
                        ListedUpdate.noFurtherQuestion())
                .metadata();
        remember(wall);
        return new TufUpdate(lock, listed, snapshot, targets, warnings);
    }

    private Instant time(Instant wall, List<Problem> warnings) {
        return switch (policy.clock()) {
            case WALL -> wall;
            case NEVER_BACK -> {
                var floor = store.clockFloor().orElse(wall);
                if (wall.isBefore(floor)) {
                    warnings.add(TufRefusal.clockBehind(wall.toString(), floor.toString()));
                    yield floor;
                }
                yield wall;
            }
        };
    }

    /** Only after success: a clock that is years ahead finds everything expired, and must not stay right for ever. */
    private void remember(Instant wall) {
        switch (policy.clock()) {
            case WALL -> {}
            case NEVER_BACK -> {
                if (store.clockFloor().map(wall::isAfter).orElse(true)) {
                    store.raiseClockFloor(wall);
                }
            }
        }
    }
}
