package io.keelson.fleet;

/**
 * A host's desired revision: rises with every change of what the host is to be, and never goes back.
 *
 * @param value 0 for a host that was never told anything
 */
public record Revision(long value) implements Comparable<Revision> {
    /** Before the first order. */
    public static final Revision NONE = new Revision(0);

    public Revision {
        if (value < 0) {
            throw new IllegalArgumentException("negative revision " + value);
        }
    }

    /** The revision after this one. */
    public Revision next() {
        return new Revision(Math.addExact(value, 1));
    }

    @Override
    public int compareTo(Revision other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
