package io.keelson.trust.tuf.content;

/**
 * A pattern of targets' paths (TUF 1.0 section 4.5: PATHPATTERN): {@code *} stands for any characters, {@code ?} for one,
 * neither for a slash; everything else stands for itself.
 */
public record PathPattern(String pattern) {
    private static final String SLASH = "/";

    /** Whether the pattern means this path. Takes time in proportion to both lengths multiplied, at worst. */
    public boolean matches(TargetPath target) {
        var patterns = pattern.split(SLASH, -1);
        var names = target.path().split(SLASH, -1);
        if (patterns.length != names.length) {
            return false;
        }
        for (int i = 0; i < names.length; i++) {
            if (!matches(
                    patterns[i].codePoints().toArray(), names[i].codePoints().toArray())) {
                return false;
            }
        }
        return true;
    }

    /** Only the last star has to be tried again: what an earlier one leaves over, the last one can take as well. */
    private static boolean matches(int[] pattern, int[] name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int retry = 0;
        while (n < name.length) {
            if (p < pattern.length && pattern[p] == '*') {
                star = p++;
                retry = n;
            } else if (p < pattern.length && (pattern[p] == '?' || pattern[p] == name[n])) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++retry;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }
}
