package io.keelson.server.audit;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What was asked for and decided, in the order of the store, appended before the effect: an entry without an effect
 * can be seen after a crash, an effect without an entry cannot. Each entry holds the hash of the one before, so that a
 * removed, added or changed entry shows.
 */
public final class AuditLog {
    private static final String HEAD = Keys.AUDIT + "head";
    private static final String LOG = Keys.AUDIT + "log/";
    private static final String BEGINNING = "0".repeat(64);
    private static final int TRIES = 50;

    private final StateStore store;
    private final String server;
    private final InstantSource clock;

    public AuditLog(StateStore store, String server, InstantSource clock) {
        this.store = store;
        this.server = server;
        this.clock = clock;
    }

    /**
     * Appends; returns when the entry is durable.
     *
     * @throws io.keelson.problem.ProblemException {@code SERVER_STORE_UNAVAILABLE}: the effect must not be made
     */
    public void append(String actor, String action, String subject, String detail) {
        append(actor, action, subject, detail, Transaction.empty());
    }

    /** The same together with something else, or nothing of both. */
    void append(String actor, String action, String subject, String detail, Transaction more) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            var head = store.get(HEAD);
            var last = head.map(entry -> Json.read(entry, Head.class)).orElse(new Head(0, BEGINNING));
            var entry = sealed(new AuditEntry(
                    last.sequence() + 1, clock.millis(), server, actor, action, subject, detail, last.hash(), ""));
            var append = Transaction.when(head.map(Condition::unchanged).orElse(Condition.absent(HEAD)))
                    .then(
                            Write.put(HEAD, Json.write(new Head(entry.sequence(), entry.hash()))),
                            Write.put(LOG + "%016d".formatted(entry.sequence()), Json.write(entry)));
            if (store.commit(append.and(more))) {
                return;
            }
        }
        throw Problem.error(
                        ProblemCode.RESOURCE_CONFLICT,
                        "the audit log was appended to by others " + TRIES + " times in a row",
                        Remedy.advise("Try again."))
                .asException();
    }

    /** All entries, oldest first. */
    public List<AuditEntry> entries() {
        return store.list(LOG).stream()
                .map(entry -> Json.read(entry, AuditEntry.class))
                .toList();
    }

    /** What is wrong with the log as it is stored, if anything: a gap, a changed entry, a lost end. */
    public Optional<String> damage() {
        var head = store.get(HEAD).map(entry -> Json.read(entry, Head.class)).orElse(new Head(0, BEGINNING));
        var previous = BEGINNING;
        long sequence = 0;
        for (var entry : entries()) {
            sequence++;
            if (entry.sequence() != sequence) {
                return Optional.of("entry " + sequence + " is missing");
            }
            if (!entry.previous().equals(previous) || !sealed(entry).hash().equals(entry.hash())) {
                return Optional.of("entry " + sequence + " was changed");
            }
            previous = entry.hash();
        }
        if (sequence < head.sequence() || (sequence == head.sequence() && !previous.equals(head.hash()))) {
            return Optional.of("entries after " + sequence + " are missing");
        }
        return Optional.empty();
    }

    private static AuditEntry sealed(AuditEntry e) {
        var text = new StringBuilder();
        for (var part : List.of(
                Long.toString(e.sequence()),
                Long.toString(e.clockMillis()),
                e.server(),
                e.actor(),
                e.action(),
                e.subject(),
                e.detail(),
                e.previous())) {
            text.append(part.length()).append(':').append(part).append('\n');
        }
        var hash = Digest.of(text.toString().getBytes(StandardCharsets.UTF_8)).hex();
        return new AuditEntry(
                e.sequence(),
                e.clockMillis(),
                e.server(),
                e.actor(),
                e.action(),
                e.subject(),
                e.detail(),
                e.previous(),
                hash);
    }

    record Head(long sequence, String hash) {}
}
