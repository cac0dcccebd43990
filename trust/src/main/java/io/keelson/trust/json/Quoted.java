package io.keelson.trust.json;

/** Text from outside, made fit for a message: escaped, so that it cannot forge lines, and cut. */
public final class Quoted {
    private static final int LONGEST = 80;

    private Quoted() {}

    public static String text(String text) {
        var quoted = new StringBuilder("'");
        text.codePoints().limit(LONGEST).forEach(c -> {
            if (c < ' ' || c > '~' || c == '\\') {
                quoted.append(String.format("\\u{%x}", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append(text.codePointCount(0, text.length()) > LONGEST ? "...'" : "'")
                .toString();
    }
}
