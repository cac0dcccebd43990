package io.keelson.lab.tuf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Options and words of a command line, in any order. Read by hand: a library would take longer than the command.
 *
 * @param options values by name, in the order given
 */
record Arguments(Map<String, List<String>> options, List<String> words) {
    private static final Set<String> OPTIONS =
            Set.of("--metadata-dir", "--metadata-url", "--target-name", "--target-base-url", "--target-dir");

    /** @throws IllegalArgumentException if an option is unknown or has no value */
    static Arguments parse(String... args) {
        var options = new HashMap<String, List<String>>();
        var words = new ArrayList<String>();
        for (int i = 0; i < args.length; i++) {
            if (!args[i].startsWith("--")) {
                words.add(args[i]);
            } else if (OPTIONS.contains(args[i]) && i + 1 < args.length) {
                options.computeIfAbsent(args[i], ignored -> new ArrayList<>()).add(args[++i]);
            } else {
                throw new IllegalArgumentException("unknown option, or one without value: " + args[i]);
            }
        }
        return new Arguments(options, words);
    }

    /** @throws IllegalArgumentException if it is not given exactly once */
    String one(String option) {
        var values = all(option);
        if (values.size() != 1) {
            throw new IllegalArgumentException(option + " is needed once");
        }
        return values.getFirst();
    }

    /** @throws IllegalArgumentException if it is not given */
    List<String> all(String option) {
        var values = options.getOrDefault(option, List.of());
        if (values.isEmpty()) {
            throw new IllegalArgumentException(option + " is needed");
        }
        return values;
    }

    /** @throws IllegalArgumentException if there is no such word */
    String word(int place) {
        if (words.size() <= place) {
            throw new IllegalArgumentException("a word is missing: init TRUSTED_ROOT, refresh, or download");
        }
        return words.get(place);
    }
}
