package io.keelson.trust.tuf.fetch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Optional;

/** Gets files from a repository; believes and keeps nothing. */
public interface Fetcher {
    /**
     * Passes a file's bytes on as they come.
     *
     * @param atMost bytes
     * @return whether there is such a file; if not, nothing was written
     * @throws io.keelson.problem.ProblemException {@code TRUST_TOO_LARGE}, {@code TRUST_TOO_SLOW} or {@code
     *     TRUST_REPOSITORY_UNREACHABLE}; part of the file may have been written
     * @throws IOException of {@code out} only
     */
    boolean fetch(URI file, long atMost, OutputStream out) throws IOException;

    /** A file that fits in memory; empty if there is none. Throws as {@link #fetch} does. */
    default Optional<byte[]> bytes(URI file, int atMost) {
        var out = new ByteArrayOutputStream();
        try {
            return fetch(file, atMost, out) ? Optional.of(out.toByteArray()) : Optional.empty();
        } catch (IOException e) {
            throw new AssertionError("memory has no input or output", e);
        }
    }
}
