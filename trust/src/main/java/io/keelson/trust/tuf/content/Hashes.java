package io.keelson.trust.tuf.content;

import io.keelson.release.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hashes of one content by their algorithms. SHA-256 and SHA-512 are checked, all that are given; others are carried
 * along, and a content that has no other cannot be checked.
 *
 * @param hexByAlgorithm hexadecimal digits, lower case, by names such as {@code sha256}; in the document's order
 */
public record Hashes(Map<String, String> hexByAlgorithm) {
    private static final Map<String, String> KNOWN = Map.of("sha256", "SHA-256", "sha512", "SHA-512");

    public Hashes {
        hexByAlgorithm = Collections.unmodifiableMap(new LinkedHashMap<>(hexByAlgorithm));
    }

    /** The SHA-256 of some bytes. */
    public static Hashes sha256(byte[] bytes) {
        return new Hashes(Map.of("sha256", Digest.of(bytes).hex()));
    }

    /** One of the hashes that can be checked, for the name of the file; the first of them by name. */
    public Optional<String> prefix() {
        return KNOWN.keySet().stream()
                .sorted()
                .filter(hexByAlgorithm::containsKey)
                .map(hexByAlgorithm::get)
                .findFirst();
    }

    /** Feed it the content, then ask. */
    public Check check() {
        return new Check();
    }

    /** Whether some bytes have all hashes that can be checked, and there is one. */
    public boolean match(byte[] bytes) {
        var check = check();
        check.update(bytes, 0, bytes.length);
        return check.matches();
    }

    /** Gathers content piece by piece. Not safe for several threads. */
    public final class Check {
        private final Map<String, MessageDigest> digests = new LinkedHashMap<>();

        private Check() {
            hexByAlgorithm.keySet().stream()
                    .filter(KNOWN::containsKey)
                    .forEach(name -> digests.put(name, digest(KNOWN.getOrDefault(name, name))));
        }

        /** A part of a buffer is the content's next. */
        public void update(byte[] buffer, int offset, int length) {
            digests.values().forEach(digest -> digest.update(buffer, offset, length));
        }

        /** Whether all agree, and there is one; ends the gathering. */
        public boolean matches() {
            List<Boolean> verdicts = new ArrayList<>();
            digests.forEach((name, digest) ->
                    verdicts.add(HexFormat.of().formatHex(digest.digest()).equals(hexByAlgorithm.get(name))));
            return !verdicts.isEmpty() && !verdicts.contains(false);
        }
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has " + algorithm, e);
        }
    }
}
