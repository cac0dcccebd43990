package io.keelson.fleet;

import java.util.regex.Pattern;

/** RFC 1123 labels, the form of every name that may become a part of a path, unit or certificate. */
final class DnsLabel {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private DnsLabel() {}

    static void require(String what, String value) {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "not a " + what + " (lower-case letters, digits, dashes; at most 63): '" + value + "'");
        }
    }
}
