package io.keelson.cli.client;

import io.keelson.release.Digest;
import java.io.IOException;
import java.io.InputStream;

/**
 * A blob to send.
 *
 * @param size bytes that {@code content} yields
 */
public record BlobUpload(Digest digest, long size, Content content) {
    /** Where the bytes come from. */
    @FunctionalInterface
    public interface Content {
        /** From the first byte; closed by the one who asked. */
        InputStream open() throws IOException;
    }
}
