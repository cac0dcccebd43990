package io.keelson.trust.tuf.client;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The version of a simulated document, found without the product's reader. */
public final class Versions {
    private static final Pattern HEADER = Pattern.compile("\"spec_version\":\"[^\"]*\",\"version\":([0-9]+)");

    private Versions() {}

    /** 0 if there is none. */
    public static long of(byte[] document) {
        var found = HEADER.matcher(new String(document, StandardCharsets.UTF_8));
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }
}
