package io.keelson.server.repository;

import io.keelson.fleet.Epoch;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.leader.Leadership;
import io.keelson.server.store.Condition;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.repository.TufRepository;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Keeps snapshot and timestamp up to date, so that freshness needs no people. Runs on every server, acts on the leader
 * only; woken by a change of the repository, by an election, and by a timer. Each turn looks afresh, decides, and
 * publishes one signed document after the other, each under the leader's epoch and only if nothing was published in
 * between. Where it was is in the repository itself: after a crash the next leader goes on. One virtual thread.
 */
public final class FreshnessLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FreshnessLoop.class.getName());
    private static final String ACTOR = "server";
    /** Nothing that the clock decides is in a hurry. */
    private static final Duration TURN = Duration.ofSeconds(30);
    /** A snapshot, a timestamp, and both again if something was published meanwhile; then others have their turn. */
    private static final int MOST_EFFECTS = 8;

    private final ReleaseRepository repository;
    private final Leadership leadership;
    private final AuditLog audit;
    private final InstantSource clock;
    private final Semaphore changes = new Semaphore(0);
    private volatile Optional<Thread> thread = Optional.empty();
    private String told = "";

    public FreshnessLoop(ReleaseRepository repository, Leadership leadership, AuditLog audit, InstantSource clock) {
        this.repository = repository;
        this.leadership = leadership;
        this.audit = audit;
        this.clock = clock;
    }

    /** Begins to take turns. */
    public void start() {
        leadership.onChange(epoch -> changes.release());
        thread = Optional.of(Thread.ofVirtual().name("freshness").start(this::run));
    }

    private void run() {
        try (var watch = repository.watch(changes::release)) {
            while (!Thread.currentThread().isInterrupted()) {
                changes.drainPermits();
                leadership.current().ifPresent(this::safeTurn);
                var unused = changes.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "the repository is no longer kept fresh: {0}", String.valueOf(e.getMessage()));
        }
    }

    private void safeTurn(Epoch epoch) {
        try {
            turn(epoch);
        } catch (ProblemException e) {
            if (e.problem().code() == ProblemCode.RESOURCE_CONFLICT) {
                // Its change wakes this loop, or another server leads.
                LOG.log(Level.INFO, "the repository was changed while it was signed; looking again");
            } else {
                tell(e.problem().what());
            }
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the repository was not signed for an unforeseen reason; tried again later", e);
        }
    }

    /**
     * One turn as the leader.
     *
     * @return how many documents were published
     * @throws ProblemException {@code RESOURCE_CONFLICT}: others have changed the repository, or this server leads no more
     */
    int turn(Epoch epoch) {
        for (int effects = 0; effects < MOST_EFFECTS; effects++) {
            var keys = repository.onlineKeys();
            var image = repository.image();
            switch (FreshnessPolicy.next(image, keys.ids(), clock.instant())) {
                case FreshnessStep.Sign sign -> publish(epoch, image, sign, keys);
                case FreshnessStep.NoKey(var role) -> {
                    tell(keys.problem()
                            .orElseGet(() -> RepositoryProblems.unlistedKey(role, keys.ids()))
                            .what());
                    return effects;
                }
                case FreshnessStep.Unsigned(var role) -> {
                    tell("not enough of its keys have signed " + role + ", so that no snapshot can list it");
                    return effects;
                }
                case FreshnessStep.Rest rest -> {
                    told = "";
                    return effects;
                }
            }
        }
        changes.release();
        return MOST_EFFECTS;
    }

    private void publish(Epoch epoch, RepositoryImage image, FreshnessStep.Sign sign, OnlineKeys keys) {
        var files = repository.view(image, Condition.holdsLeadership(epoch));
        var published = TufRepository.open(files);
        var draft = sign.role().equals(RoleName.SNAPSHOT)
                ? published.snapshot(sign.expires())
                : published.timestamp(sign.expires());
        audit.append(ACTOR, "repository.sign", sign.role() + " " + draft.version(), "valid until " + draft.expires());
        published.publish(keys.sign(draft, published.root().keysOf(sign.role())));
        LOG.log(Level.INFO, "{0} {1} is published, valid until {2}", sign.role(), draft.version(), draft.expires());
    }

    /** Once, until something else is to be told or all is well. */
    private void tell(String what) {
        if (!told.equals(what)) {
            LOG.log(Level.WARNING, "the release repository is not kept fresh: {0}", what);
            told = what;
        }
    }

    @Override
    public void close() {
        thread.ifPresent(Thread::interrupt);
    }
}
