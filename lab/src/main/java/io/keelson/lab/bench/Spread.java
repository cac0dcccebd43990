package io.keelson.lab.bench;

import java.util.List;
import java.util.Locale;

/** The median of some figures, and the smallest and the largest of them. */
public record Spread(double median, double smallest, double largest) {
    /** Of at least one figure. */
    public static Spread of(List<Double> figures) {
        var sorted = figures.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(median, sorted.getFirst(), sorted.getLast());
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", median, smallest, largest);
    }
}
