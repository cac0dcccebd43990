package io.keelson.lab.history;

import java.util.Optional;

/**
 * What one client did on one key. It took effect at one moment between its call and its answer; if the answer never came,
 * at any later moment or never.
 *
 * @param client who did it; a client whose answer never came goes on under the same number
 * @param called when it began, in nanoseconds of one monotonic clock
 * @param answered when the answer came; {@link #NEVER} if it did not
 */
public record Operation(int client, String key, long called, long answered, Action action) {
    /** No answer came: it may take effect later, or never. */
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        if (answered < called) {
            throw new IllegalArgumentException("an answer before the call");
        }
    }

    /** What was asked for, and what was answered. */
    public sealed interface Action {
        /** The value that was seen; empty if there was none. What an unanswered one says is not looked at. */
        record Read(Optional<String> seen) implements Action {}

        /** The value that was written. */
        record Write(String value) implements Action {}

        /**
         * A value that was written if the register had the expected one.
         *
         * @param swapped whether it had; not looked at without an answer
         */
        record CompareAndSet(Optional<String> expected, String value, boolean swapped) implements Action {}
    }

    /** Whether the client knows how it ended. */
    public boolean known() {
        return answered != NEVER;
    }

    /** Whether it had ended before the other one began, so that nothing can swap the two. */
    boolean precedes(Operation other) {
        return known() && answered < other.called;
    }

    /** One line: client, key, times, what was done. */
    @Override
    public String toString() {
        return client + " " + key + " " + called + " " + (known() ? Long.toString(answered) : "never") + " "
                + switch (action) {
                    case Action.Read(var seen) -> "read " + (known() ? seen.orElse("(nothing)") : "?");
                    case Action.Write(var value) -> "write " + value;
                    case Action.CompareAndSet(var expected, var value, var swapped) ->
                        "cas " + expected.orElse("(nothing)") + " " + value + " "
                                + (known() ? (swapped ? "swapped" : "refused") : "?");
                };
    }
}
