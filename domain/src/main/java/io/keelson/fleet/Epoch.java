package io.keelson.fleet;

/**
 * The fencing number of a leader: the store's revision at its election. An agent refuses an epoch lower than the
 * highest it has seen, so that a server that lost its leadership without knowing cannot give orders.
 *
 * @param value 0 before the first election
 */
public record Epoch(long value) implements Comparable<Epoch> {
    /** Before the first election. */
    public static final Epoch NONE = new Epoch(0);

    /** By how much the store's revisions rise at least each time when it is begun anew from a snapshot. */
    private static final long BEGUN_ANEW = 1_000_000_000;

    public Epoch {
        if (value < 0) {
            throw new IllegalArgumentException("negative epoch " + value);
        }
    }

    /**
     * In which beginning of the store it is: the number of the restore ({@link Refounding#number}) from which the store goes on, 0
     * if it was never begun anew. Rises by itself, too, after so many writes.
     */
    public long beginning() {
        return value / BEGUN_ANEW;
    }

    @Override
    public int compareTo(Epoch other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
