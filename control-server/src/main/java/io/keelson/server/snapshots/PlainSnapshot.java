package io.keelson.server.snapshots;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A snapshot as etcd made it, in a file that only this server's user may read; removed when it is closed.
 *
 * @param file whole and checked
 */
public record PlainSnapshot(Path file, KnownSnapshot known) implements AutoCloseable {
    /** Its bytes; the file is gone from now on, and the bytes are when the stream is closed, also after a crash. */
    public InputStream consume() {
        try {
            var bytes = Files.newInputStream(file, StandardOpenOption.READ);
            close();
            return bytes;
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public void close() {
        SnapshotFiles.delete(file);
    }
}
