package io.keelson.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what a person probably meant when a name is not known. */
public final class Nearest {
    private Nearest() {}

    /**
     * The candidate with the fewest edits from the written name; empty when none is near enough to be a misspelling
     * (more than a third of its letters would have to change). Ties go to the first in alphabetical order.
     */
    public static Optional<String> to(String written, Collection<String> candidates) {
        return candidates.stream()
                .filter(candidate -> edits(written, candidate) <= tolerance(written, candidate))
                .min(Comparator.<String>comparingInt(candidate -> edits(written, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static int tolerance(String written, String candidate) {
        return Math.max(1, Math.max(written.length(), candidate.length()) / 3);
    }

    /** Levenshtein's distance, without regard to case. Linear in memory; names are short. */
    private static int edits(String a, String b) {
        var left = a.toLowerCase(Locale.ROOT);
        var right = b.toLowerCase(Locale.ROOT);
        if (Math.abs(left.length() - right.length()) > tolerance(left, right)) {
            return Integer.MAX_VALUE;
        }
        var row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[right.length()];
    }
}
