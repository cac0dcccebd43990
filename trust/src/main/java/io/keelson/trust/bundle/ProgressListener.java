package io.keelson.trust.bundle;

/** Hears how far a bundle is. Called by one thread at a time, at most once per mebibyte; must return quickly. */
@FunctionalInterface
public interface ProgressListener {
    /** The next state of the work. */
    void progressed(Progress progress);

    /** Hears nothing. */
    static ProgressListener silent() {
        return progress -> {};
    }

    /**
     * How far the work is; the counts never fall, and blobs that were there already count as fetched.
     *
     * @param fetchedBytes packed bytes that are here
     * @param fetchBytes packed bytes in all
     * @param unpackedBytes bytes written to files
     * @param unpackBytes bytes of all files
     */
    record Progress(long fetchedBytes, long fetchBytes, long unpackedBytes, long unpackBytes) {}
}
