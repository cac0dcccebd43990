package io.keelson.trust.mutation;

import java.util.BitSet;

/** Which refusals were reached since the last time they were asked for. */
public final class VisitedSites {
    private static final BitSet VISITED = new BitSet();

    private static volatile boolean over;

    private VisitedSites() {}

    /** Called by mutants before each branch: without some rules a loop has no end of its own. */
    public static void tick() {
        if (over) {
            throw new IllegalStateException("the mutant has been given up");
        }
    }

    /** Whether mutants are to end. */
    static void setOver(boolean now) {
        over = now;
    }

    /** Called by recorded classes. */
    public static void visit(int site) {
        synchronized (VISITED) {
            VISITED.set(site);
        }
    }

    /** The sites, and forgets them. */
    public static BitSet take() {
        synchronized (VISITED) {
            var taken = (BitSet) VISITED.clone();
            VISITED.clear();
            return taken;
        }
    }
}
