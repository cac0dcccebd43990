package io.keelson.server.drain;

import io.keelson.drain.Hindrance;
import java.util.List;

/** How the emptying of a node ended. */
public sealed interface DrainOutcome {
    /** Nothing is on it but what stays with it; it is still cordoned. */
    record Emptied() implements DrainOutcome {}

    /**
     * It is not empty, and was given up.
     *
     * @param reasons empty if the API gave no answer until the end
     * @param after how the node was left
     */
    record GaveUp(List<Hindrance> reasons, String unanswered, Left after) implements DrainOutcome {
        public GaveUp {
            reasons = List.copyOf(reasons);
        }
    }

    /** Whoever asked for it took it back. */
    record TakenBack(Left after) implements DrainOutcome {}

    /** Somebody let the node take pods again meanwhile; they are believed. */
    record Overruled() implements DrainOutcome {}

    /** Somebody else goes on with it, by the mark on the node; nothing was changed back. */
    record HandedOver() implements DrainOutcome {}

    /** How a node was left. */
    enum Left {
        /** It takes pods again. */
        UNCORDONED,
        /** A person had cordoned it before, and it is so still. */
        CORDONED_BY_PERSON,
        /** Nothing was begun with it, as it was foreseen that it would come to nothing. */
        UNTOUCHED,
        /** It could not be changed back and is still cordoned by Keelson. */
        STILL_CORDONED
    }
}
