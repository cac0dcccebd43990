package io.keelson.lab.history;

import java.util.List;

/** Whether a history is linearizable. */
public sealed interface Verdict {
    /** One register can have done all of it. @param operations how many were judged */
    record Legal(int operations) implements Verdict {}

    /**
     * No order explains it.
     *
     * @param key whose register it is
     * @param longest as many operations as any order explains, in that order
     * @param stuck those that had to come next, none of which could
     */
    record Illegal(String key, List<Operation> longest, List<Operation> stuck) implements Verdict {
        public Illegal {
            longest = List.copyOf(longest);
            stuck = List.copyOf(stuck);
        }
    }

    /** The search was given up after so many steps. */
    record Undecided(String key, long steps) implements Verdict {}
}
