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

    public Epoch {
        if (value < 0) {
            throw new IllegalArgumentException("negative epoch " + value);
        }
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
