package io.keelson.trust.tuf.content;

import java.util.List;

/** For which targets a delegated role may speak. */
public sealed interface PathRule {
    /** Whether it may speak for this one. */
    boolean covers(TargetPath target);

    /** Targets whose path matches one of some patterns. */
    record Patterns(List<PathPattern> patterns) implements PathRule {
        public Patterns {
            patterns = List.copyOf(patterns);
        }

        @Override
        public boolean covers(TargetPath target) {
            return patterns.stream().anyMatch(pattern -> pattern.matches(target));
        }
    }

    /**
     * Targets whose {@link TargetPath#hash()} begins with one of some texts: many roles share many targets evenly.
     *
     * @param prefixes hexadecimal digits, lower case
     */
    record HashPrefixes(List<String> prefixes) implements PathRule {
        public HashPrefixes {
            prefixes = List.copyOf(prefixes);
        }

        @Override
        public boolean covers(TargetPath target) {
            var hash = target.hash();
            return prefixes.stream().anyMatch(hash::startsWith);
        }
    }
}
