package io.keelson.trust.json;

/** Text from outside, made fit for a message: escaped, so that it cannot forge lines, and cut. */
public final class Quoted {
    private static final int LONGEST = 80;
    private static final int LONGEST_LINE = 400;

    private Quoted() {}

    public static String text(String text) {
        return "'" + cut(text, LONGEST) + "'";
    }

    /** A message that repeats such text here and there. */
    public static String line(String message) {
        return cut(message, LONGEST_LINE);
    }

    private static String cut(String text, int longest) {
        var escaped = new StringBuilder();
        text.codePoints().limit(longest).forEach(c -> {
            if (c < ' ' || c > '~' || c == '\\') {
                escaped.append(String.format("\\u{%x}", c));
            } else {
                escaped.appendCodePoint(c);
            }
        });
        return escaped.append(text.codePointCount(0, text.length()) > longest ? "..." : "")
                .toString();
    }
}
