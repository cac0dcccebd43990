package io.keelson.trust.tuf;

import java.nio.charset.StandardCharsets;

/**
 * Names made fit for one segment of a URL and for one file name: everything but RFC 3986's unreserved characters is
 * spelt as {@code %XX} of its UTF-8 bytes, the slash too. Different names stay different.
 */
public final class PercentEncoding {
    private static final String UNRESERVED = "-._~";
    private static final String HEX = "0123456789ABCDEF";

    private PercentEncoding() {}

    /** The encoded form, ASCII; empty only for the empty name. */
    public static String encode(String name) {
        var encoded = new StringBuilder(name.length());
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (isUnreserved(c)) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
            }
        }
        return encoded.toString();
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || UNRESERVED.indexOf(c) >= 0;
    }
}
