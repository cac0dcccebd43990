package io.keelson.trust.bundle;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.release.Digest;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;

/** Blobs as files named by their digest. A draft has no name yet and is harmless if it is left behind. */
record BlobFiles(Path directory) {
    private static final int BUFFER_BYTES = 1 << 18;

    /** What writes a blob's bytes; closing the stream only flushes it. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Bytes that are on disk but are no blob yet. */
    record Draft(Path file, Digest digest, long size) {}

    Path pathOf(Digest digest) {
        return directory.resolve(digest.hex());
    }

    boolean has(Digest digest) {
        return Files.isRegularFile(pathOf(digest), NOFOLLOW_LINKS);
    }

    Draft draft(Content content) throws IOException {
        var file = Files.createTempFile(directory, ".", ".draft");
        var sha256 = Digest.sha256();
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var out = new StayingOpen(new BufferedOutputStream(
                    new DigestOutputStream(Channels.newOutputStream(channel), sha256), BUFFER_BYTES));
            content.writeTo(out);
            out.flush();
            Files.setPosixFilePermissions(file, FileMode.PUBLIC.permissions());
            channel.force(true);
            return new Draft(file, Digest.of(sha256), channel.size());
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    Digest keep(Draft draft) throws IOException {
        Files.move(draft.file(), pathOf(draft.digest()), StandardCopyOption.ATOMIC_MOVE);
        AtomicFile.fsyncDirectory(directory);
        return draft.digest();
    }

    void drop(Draft draft) throws IOException {
        Files.delete(draft.file());
    }

    /** Compressors end their frame when they are closed; the file must be synced after that. */
    private static final class StayingOpen extends FilterOutputStream {
        StayingOpen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
