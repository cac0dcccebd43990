package io.keelson.server.api;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.server.store.Condition;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Answers by request id, so that a request whose answer was lost can be sent again: it gets the first answer and does
 * nothing more. The only writer of its keys; they live for a day.
 */
final class RequestLog {
    private static final Duration KEPT = Duration.ofDays(1);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private final StateStore store;

    RequestLog(StateStore store) {
        this.store = store;
    }

    /** The stored form of a request, version 1; the answer is base64 and empty as long as there is none. */
    record Stored(String request, boolean answered, String answer) {}

    /**
     * A request by its id and what it asks.
     *
     * @param id empty if its sender will not repeat it
     * @param asks digest of everything else in it
     */
    record Request(String id, Digest asks) {
        static Request of(String id, byte[] asks) {
            if (!id.isEmpty() && !ID.matcher(id).matches()) {
                throw Problem.error(
                                ProblemCode.RESOURCE_INVALID,
                                "'" + Printable.of(id) + "' is no request id",
                                Remedy.advise("Send 1 to 128 letters, digits, dots or dashes, such as a UUID."))
                        .asException();
            }
            return new Request(id, Digest.of(asks));
        }
    }

    /** What is known of a request. */
    sealed interface Memory {
        /** Nothing: it is new. */
        record New() implements Memory {}

        /** It was begun; whether it took effect must be looked at. */
        record Begun(Entry entry) implements Memory {}

        /** It was answered. */
        @SuppressWarnings("ArrayRecordComponent") // carried, never compared
        record Answered(byte[] answer) implements Memory {}
    }

    /**
     * What is known of the request.
     *
     * @throws io.keelson.problem.ProblemException {@code RESOURCE_CONFLICT}: the id was used for another request
     */
    Memory recall(Request request) {
        var entry = request.id().isEmpty() ? Optional.<Entry>empty() : store.get(Keys.request(request.id()));
        if (entry.isEmpty()) {
            return new Memory.New();
        }
        var stored = Json.read(entry.get(), Stored.class);
        if (!stored.request().equals(request.asks().hex())) {
            throw Problem.error(
                            ProblemCode.RESOURCE_CONFLICT,
                            "request id " + request.id() + " was used for another request",
                            Remedy.advise("Send the request with an id of its own."))
                    .asException();
        }
        return stored.answered()
                ? new Memory.Answered(Base64.getDecoder().decode(stored.answer()))
                : new Memory.Begun(entry.get());
    }

    /** What keeps the answer, to be committed together with the effect. */
    Transaction answering(Request request, byte[] answer) {
        return request.id().isEmpty() ? Transaction.empty() : write(request, true, answer);
    }

    /** Notes that an effect is tried that is not in one transaction with its answer. */
    Transaction beginning(Request request) {
        return request.id().isEmpty() ? Transaction.empty() : write(request, false, new byte[0]);
    }

    private Transaction write(Request request, boolean answered, byte[] answer) {
        var key = Keys.request(request.id());
        var stored =
                new Stored(request.asks().hex(), answered, Base64.getEncoder().encodeToString(answer));
        return Transaction.when(Condition.absent(key)).then(Write.put(key, Json.write(stored), store.grant(KEPT)));
    }

    /** Keeps that it was begun; no effect if it was before. */
    void begin(Request request) {
        store.commit(beginning(request));
    }

    /** Forgets a request that was begun and had no effect. */
    void forget(Request request) {
        if (recall(request) instanceof Memory.Begun(var entry)) {
            store.commit(Transaction.when(Condition.unchanged(entry)).then(Write.delete(entry.key())));
        }
    }

    /** Keeps the answer of a request that was begun. */
    void finish(Request request, byte[] answer) {
        if (recall(request) instanceof Memory.Begun(var entry)) {
            var stored =
                    new Stored(request.asks().hex(), true, Base64.getEncoder().encodeToString(answer));
            store.commit(Transaction.when(Condition.unchanged(entry))
                    .then(Write.put(entry.key(), Json.write(stored), store.grant(KEPT))));
        }
    }
}
