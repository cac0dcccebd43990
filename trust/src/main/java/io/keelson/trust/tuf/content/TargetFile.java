package io.keelson.trust.tuf.content;

/**
 * What the content of a target must be.
 *
 * @param length bytes, exactly
 * @param hashes at least one
 */
public record TargetFile(long length, Hashes hashes) {
    public TargetFile {
        if (length < 0 || hashes.hexByAlgorithm().isEmpty()) {
            throw new IllegalArgumentException("a target has a length and a hash");
        }
    }

    /** What some bytes are, by SHA-256. */
    public static TargetFile of(byte[] content) {
        return new TargetFile(content.length, Hashes.sha256(content));
    }
}
