package io.keelson.trust;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the name of a bundle's entry, or the target of its link, may look like. */
final class BundlePath {
    private static final int MAXIMUM_PART_BYTES = 255;
    private static final int MAXIMUM_BYTES = 1_024;
    private static final int MAXIMUM_PARTS = 32;

    private BundlePath() {}

    /** Why a path may not name an entry; empty if it may. */
    static Optional<String> flawOf(String path) {
        for (var part : parts(path)) {
            if (part.equals("..") || part.equals(".")) {
                return Optional.of("contains '" + part + "'");
            }
        }
        return textFlawOf(path);
    }

    /**
     * Why a text may not be a link's target; empty if it may. Steps upwards may stand at the beginning only, because
     * behind a name they could lead through another link.
     */
    static Optional<String> targetFlawOf(String target) {
        boolean named = false;
        for (var part : parts(target)) {
            if (part.equals(".") || (part.equals("..") && named)) {
                return Optional.of("contains '" + part + "' where only names may stand");
            }
            named |= !part.equals("..");
        }
        return named ? textFlawOf(target) : Optional.of("names no entry");
    }

    /** Two paths with the same fold are the same file on a file system that ignores case. */
    static String fold(String path) {
        return Normalizer.normalize(path.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
    }

    /** The directory of an entry; empty for an entry at the root. */
    static Optional<String> parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? Optional.empty() : Optional.of(path.substring(0, slash));
    }

    /**
     * Where a link leads, as the path of an entry: the target's upward steps taken from the link's directory; empty if
     * they leave the bundle.
     */
    static Optional<String> resolve(String link, String target) {
        var directory = parentOf(link);
        var rest = target;
        while (rest.startsWith("../")) {
            if (directory.isEmpty()) {
                return Optional.empty();
            }
            directory = parentOf(directory.get());
            rest = rest.substring(3);
        }
        var name = rest;
        return Optional.of(directory.map(d -> d + "/" + name).orElse(name));
    }

    private static Optional<String> textFlawOf(String path) {
        if (path.startsWith("/")) {
            return Optional.of("is absolute");
        }
        if (path.codePoints().anyMatch(BundlePath::isRefused)) {
            return Optional.of("contains a backslash or an invisible character");
        }
        if (!Normalizer.isNormalized(path, Normalizer.Form.NFC)) {
            return Optional.of("is not in Unicode normal form C");
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAXIMUM_BYTES) {
            return Optional.of("is longer than " + MAXIMUM_BYTES + " bytes");
        }
        var parts = parts(path);
        if (parts.size() > MAXIMUM_PARTS) {
            return Optional.of("is deeper than " + MAXIMUM_PARTS + " directories");
        }
        for (var part : parts) {
            if (part.isEmpty()) {
                return Optional.of("contains an empty name");
            }
            if (part.getBytes(StandardCharsets.UTF_8).length > MAXIMUM_PART_BYTES) {
                return Optional.of("contains a name longer than " + MAXIMUM_PART_BYTES + " bytes");
            }
        }
        return Optional.empty();
    }

    private static boolean isRefused(int c) {
        return c == '\\'
                || switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR -> true;
                    default -> false;
                };
    }

    private static List<String> parts(String path) {
        return List.of(path.split("/", -1));
    }
}
