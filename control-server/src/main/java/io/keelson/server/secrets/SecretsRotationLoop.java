package io.keelson.server.secrets;

import io.keelson.fleet.Epoch;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.leader.Leadership;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Watch;
import io.keelson.server.store.Write;
import io.keelson.trust.secret.SecretBox;
import io.keelson.trust.secret.SecretKeyId;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Follows this server's key file, tells the other servers which keys it has, and, on the leader, brings every secret
 * under the active key. Each turn reads the store afresh, decides, and carries out one effect after the other, each by
 * compare-and-set under the leader's epoch. Where it was is in the secrets themselves: after a crash the next leader
 * goes on. One virtual thread.
 */
public final class SecretsRotationLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SecretsRotationLoop.class.getName());
    private static final String ACTOR = "server";
    private static final Duration TURN = Duration.ofSeconds(5);
    private static final int MOST_DAMAGED = 20;
    /** Secrets cannot come under an older key behind the loop's back; once in a while it looks all the same. */
    private static final int RESTFUL_TURNS = 120;

    private final String server;
    private final StateStore store;
    private final KeyRing keys;
    private final SecretsRotation rotation;
    private final Leadership leadership;
    private final AuditLog audit;
    private final Semaphore changes = new Semaphore(0);
    private volatile Optional<Thread> thread = Optional.empty();
    private List<Problem> told = List.of();
    private Optional<String> restedAt = Optional.empty();
    private int rested;
    private List<String> damaged = List.of();

    /** The loop of that server. */
    public SecretsRotationLoop(
            String server,
            StateStore store,
            KeyRing keys,
            SecretsRotation rotation,
            Leadership leadership,
            AuditLog audit) {
        this.server = server;
        this.store = store;
        this.keys = keys;
        this.rotation = rotation;
        this.leadership = leadership;
        this.audit = audit;
    }

    /** Begins to take turns. */
    public void start() {
        thread = Optional.of(Thread.ofVirtual().name("secrets rotation").start(this::run));
    }

    private void run() {
        try (Watch watch = store.watch(Keys.SECRETS, 0, change -> changes.release())) {
            while (!Thread.currentThread().isInterrupted()) {
                changes.drainPermits();
                safeTurn();
                var unused = changes.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "the rotation of secrets ends: {0}", String.valueOf(e.getMessage()));
        }
    }

    private void safeTurn() {
        try {
            announce();
            leadership.current().ifPresentOrElse(this::turn, () -> damaged = List.of());
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, "the rotation of secrets tries again later: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the rotation of secrets failed unforeseen; it tries again later", e);
        }
    }

    /** Reads the key file again and tells the others what is in it. */
    void announce() {
        keys.refresh();
        var now = keys.describe(server, damaged);
        var known = store.get(Keys.secretKeys(server));
        if (known.map(SecretsRecords::keys).filter(now::equals).isEmpty()) {
            store.commit(
                    Transaction.when(known.map(Condition::unchanged).orElse(Condition.absent(Keys.secretKeys(server))))
                            .then(Write.put(Keys.secretKeys(server), SecretsRecords.bytes(now))));
        }
    }

    /** One turn as the leader; returns how many effects it had. */
    int turn(Epoch epoch) {
        var inputs = inputs();
        if (restedAt.filter(inputs::equals).isPresent() && ++rested < RESTFUL_TURNS) {
            return 0;
        }
        int effects = 0;
        var unreadable = new ArrayList<String>();
        var picture = rotation.picture();
        // Each round brings one more secret under the active key, so there are no more rounds than secrets.
        while (true) {
            switch (RotationPolicy.next(picture, server)) {
                case RotationStep.Activate(var key) -> {
                    return effects + (activate(epoch, picture, key) ? 1 : 0);
                }
                case RotationStep.Wrap(var secret) -> {
                    switch (wrap(epoch, secret)) {
                        case DONE -> {
                            effects++;
                            picture = picture.wrapped(secret);
                        }
                        case DAMAGED -> {
                            unreadable.add(secret.key());
                            picture = picture.without(secret);
                        }
                        case CHANGED -> {
                            LOG.log(Level.INFO, "{0} changed while it was sealed; looking again", secret.key());
                            return effects;
                        }
                    }
                }
                case RotationStep.Rest rest -> {
                    damaged = unreadable.stream().limit(MOST_DAMAGED).toList();
                    rest(picture, inputs, effects);
                    return effects;
                }
            }
        }
    }

    private boolean activate(Epoch epoch, SecretsPicture picture, SecretKeyId key) {
        audit.append(ACTOR, "secrets.activate", key.hex(), picture.secrets().size() + " secrets");
        var entry = store.get(SecretsRecords.ACTIVE);
        var before = entry.map(SecretsRecords::active);
        if (!before.equals(picture.active())) {
            return false;
        }
        var next = before.map(now -> now.then(key)).orElseGet(() -> ActiveKey.first(key));
        var activated = store.commit(Transaction.when(
                        Condition.holdsLeadership(epoch),
                        entry.map(Condition::unchanged).orElse(Condition.absent(SecretsRecords.ACTIVE)))
                .then(Write.put(SecretsRecords.ACTIVE, SecretsRecords.bytes(next))));
        if (activated) {
            LOG.log(Level.INFO, "secrets are sealed with the key {0} from now on", key);
            changes.release();
        }
        return activated;
    }

    /** What became of one secret. */
    private enum Wrapping {
        DONE,
        /** The secret, the active key or the leader is another one by now. */
        CHANGED,
        /** It cannot be opened although its key is there; the others go on without it. */
        DAMAGED
    }

    /** Brings one secret under the active key as it is now. */
    private Wrapping wrap(Epoch epoch, StoredSecret secret) {
        var rotationEntry = store.get(SecretsRecords.ACTIVE);
        var entry = store.get(secret.key());
        if (rotationEntry.isEmpty() || entry.isEmpty()) {
            return Wrapping.CHANGED;
        }
        var holder = rotation.holder(secret.key());
        var old = holder.sealed(entry.get());
        if (!SecretBox.keyOf(old).equals(secret.sealedWith())) {
            return Wrapping.CHANGED;
        }
        byte[] fresh;
        try {
            var active = SecretsRecords.active(rotationEntry.get());
            fresh = holder.withSealed(entry.get(), sealedAnew(old, secret, active));
        } catch (ProblemException e) {
            if (e.problem().code() != ProblemCode.SERVER_SECRET_UNREADABLE) {
                throw e;
            }
            LOG.log(Level.WARNING, "left as it is: {0}", e.getMessage());
            return Wrapping.DAMAGED;
        }
        var done = store.commit(Transaction.when(
                        Condition.holdsLeadership(epoch),
                        Condition.unchanged(rotationEntry.get()),
                        Condition.unchanged(entry.get()))
                .then(Write.put(secret.key(), fresh)));
        return done ? Wrapping.DONE : Wrapping.CHANGED;
    }

    private byte[] sealedAnew(byte[] old, StoredSecret secret, ActiveKey active) {
        var opening = keys.opening(secret.sealedWith().map(List::of).orElse(List.of()));
        var key = active.key();
        if (active.encryptAnew()) {
            return keys.sealing(key).seal(opening.open(old, secret.key()), secret.key(), key);
        }
        return keys.sealing(key).with(opening).rewrap(old, secret.key(), key);
    }

    private void rest(SecretsPicture picture, String inputs, int effects) {
        if (effects > 0) {
            audit.append(
                    ACTOR,
                    "secrets.wrap",
                    picture.active().map(now -> now.key().hex()).orElse(""),
                    picture.underActive() + " of " + picture.secrets().size() + " secrets");
            LOG.log(
                    Level.INFO,
                    "{0} of {1} secrets are under the active key",
                    picture.underActive(),
                    picture.secrets().size());
        }
        var problems = picture.problems();
        if (!problems.equals(told)) {
            problems.forEach(problem -> LOG.log(Level.WARNING, "secrets: {0}", problem.what()));
            told = problems;
        }
        restedAt = picture.settled() && damaged.isEmpty() ? Optional.of(inputs) : Optional.empty();
        rested = 0;
    }

    /** What a settled rotation depends on; as long as it is the same, the secrets need not be read. */
    private String inputs() {
        return store.list(Keys.SECRETS).stream().map(Entry::toString).toList() + " "
                + store.list(Keys.SERVERS).stream().map(Entry::key).toList();
    }

    @Override
    public void close() {
        thread.ifPresent(Thread::interrupt);
    }
}
