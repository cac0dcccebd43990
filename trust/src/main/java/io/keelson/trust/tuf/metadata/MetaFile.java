package io.keelson.trust.tuf.metadata;

import io.keelson.trust.tuf.content.Hashes;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Another metadata file, as a role vouches for it (TUF 1.0 section 4.4: METAFILES).
 *
 * @param version exactly
 * @param length bytes, exactly, where it is given
 * @param hashes of the bytes as fetched, where they are given
 */
public record MetaFile(long version, OptionalLong length, Optional<Hashes> hashes) {
    /** A file with everything that can be said of it. */
    public static MetaFile of(long version, byte[] bytes) {
        return new MetaFile(version, OptionalLong.of(bytes.length), Optional.of(Hashes.sha256(bytes)));
    }

    /** Whether some bytes have the length and the hashes that are given. */
    public boolean describes(byte[] bytes) {
        return (length.isEmpty() || length.getAsLong() == bytes.length)
                && (hashes.isEmpty() || hashes.get().match(bytes));
    }
}
