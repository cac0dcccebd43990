package io.keelson.release;

/** One entry of a bundle. Hard links, devices, FIFOs, sockets and setuid bits cannot be expressed. */
public sealed interface BundleFile {
    /** Where it lies, relative to the bundle's root, with {@code /} between parts. */
    String path();

    /** A directory, mode 0755. */
    record Directory(String path) implements BundleFile {}

    /**
     * A regular file.
     *
     * @param executable mode 0755 if true, else 0644
     * @param size bytes after unpacking
     * @param digest of the unpacked bytes
     * @param blob where the packed bytes lie
     */
    record Regular(String path, boolean executable, long size, Digest digest, Blob blob) implements BundleFile {}

    /** A symbolic link that resolves inside the bundle. */
    record Symlink(String path, String target) implements BundleFile {}

    /**
     * A content-addressed object of the bundle's store.
     *
     * @param digest of the packed bytes, which is also the object's name
     * @param size bytes of the packed form
     */
    record Blob(Digest digest, long size, Encoding encoding) {}

    /** How a blob is packed. */
    enum Encoding {
        /** The bytes as they are. */
        IDENTITY,
        /** One zstd frame (RFC 8878), window at most 128 MiB. */
        ZSTD
    }
}
