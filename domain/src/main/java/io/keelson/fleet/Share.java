package io.keelson.fleet;

/** A number of nodes, or a percentage of those that a pool wants. */
public sealed interface Share {
    /**
     * How many nodes that are: at least one, so that something can be done at all, and never more than was asked for. A tenth of
     * six nodes is one, and so is a fifth of nine.
     *
     * @param nodes that the pool wants, at least 0
     */
    int of(int nodes);

    /** @param nodes at least 1 */
    record Count(int nodes) implements Share {
        public Count {
            if (nodes < 1) {
                throw new IllegalArgumentException("at least 1 node, not " + nodes);
            }
        }

        @Override
        public int of(int wanted) {
            return nodes;
        }

        @Override
        public String toString() {
            return Integer.toString(nodes);
        }
    }

    /** @param percent 1 to 100 */
    record Percent(int percent) implements Share {
        public Percent {
            if (percent < 1 || percent > 100) {
                throw new IllegalArgumentException("1 % to 100 %, not " + percent + " %");
            }
        }

        @Override
        public int of(int wanted) {
            return (int) Math.max(1, (long) wanted * percent / 100);
        }

        @Override
        public String toString() {
            return percent + "%";
        }
    }

    /**
     * Reads what a person wrote, as Kubernetes writes such shares ({@code IntOrString}).
     *
     * @param text such as {@code 2} or {@code 25%}
     * @throws IllegalArgumentException if it is neither
     */
    static Share parse(String text) {
        boolean percent = text.endsWith("%");
        var digits = percent ? text.substring(0, text.length() - 1) : text;
        if (!digits.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException(
                    "a number of nodes or a percentage, such as 2 or 25%, not '" + text + "'");
        }
        int number = Integer.parseInt(digits);
        return percent ? new Percent(number) : new Count(number);
    }
}
