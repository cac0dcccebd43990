package io.keelson.release;

import java.util.regex.Pattern;

/**
 * The name of a bundle, unique in a repository and part of paths on hosts.
 *
 * @param value 1 to 63 of {@code a-z 0-9 . -}, beginning and ending with a letter or digit, never {@code ..}
 */
public record BundleName(String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");

    public BundleName {
        if (!FORM.matcher(value).matches() || value.contains("..")) {
            throw new IllegalArgumentException("not a bundle name: '" + value + "'");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
