package io.keelson.trust.bundle;

import io.keelson.durable.FileMode;
import io.keelson.release.BundleFile.Regular;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Hashes and writes files on a thread of its own and syncs them on another, in the order in which they are handed over, so
 * that whoever makes the bytes waits for neither. A fixed set of buffers goes round: when all are full, the maker waits. One
 * maker at a time. After {@link #close()} nothing is written any more.
 */
final class WriteBehind implements AutoCloseable {
    private static final int BUFFERS = 8;
    private static final int BUFFER_BYTES = 1 << 18;

    private final ExecutorService writing = thread("keelson-write");
    private final ExecutorService syncing = thread("keelson-sync");
    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(BUFFERS);

    WriteBehind() {
        for (int i = 0; i < BUFFERS; i++) {
            free.add(new byte[BUFFER_BYTES]);
        }
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    /**
     * A new file, to be filled by {@link Unpacking}. Nothing may be at the path, not even a link.
     *
     * @param progressed hears the bytes of each write, on the writing thread
     */
    NewFile create(Path path, LongConsumer progressed) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new NewFile(path, FileChannel.open(path, options), progressed);
    }

    /** Waits for what was handed over. */
    @Override
    public void close() {
        writing.close();
        syncing.close();
    }

    /** One file; closing it without {@link #finish} gives it up as it is, so that nobody asks how the closing went. */
    final class NewFile implements Unpacking.Sink, AutoCloseable {
        private final Path path;
        private final FileChannel channel;
        private final LongConsumer progressed;
        private final MessageDigest sha256 = Digest.sha256();
        private Future<?> last = CompletableFuture.completedFuture(null);

        private NewFile(Path path, FileChannel channel, LongConsumer progressed) {
            this.path = path;
            this.channel = channel;
            this.progressed = progressed;
        }

        @Override
        public byte[] buffer() throws IOException {
            if (last.state() == Future.State.FAILED) {
                AssemblyLine.await(last);
            }
            try {
                return free.take();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                var interrupted = new InterruptedIOException("writing " + path + " was interrupted");
                interrupted.initCause(e);
                throw interrupted;
            }
        }

        @Override
        public void give(byte[] buffer, int count) {
            var before = last;
            last = writing.submit(() -> {
                try {
                    // What fails first fails all that comes behind it, so that the last one tells.
                    AssemblyLine.await(before);
                    sha256.update(buffer, 0, count);
                    writeAll(ByteBuffer.wrap(buffer, 0, count));
                    progressed.accept(count);
                } finally {
                    free.add(buffer);
                }
                return path;
            });
        }

        @Override
        public void end(Regular file) {
            var before = last;
            last = writing.submit(() -> {
                AssemblyLine.await(before);
                Unpacking.requireContent(file, sha256);
                return path;
            });
        }

        /** Makes content and mode durable, sooner or later; the name is the directory's affair. */
        Future<?> finish(FileMode mode) {
            var before = last;
            last = syncing.submit(() -> {
                AssemblyLine.await(before);
                Files.setPosixFilePermissions(path, mode.permissions());
                channel.force(true);
                return path;
            });
            return last;
        }

        @Override
        public void close() {
            var before = last;
            last = syncing.submit(() -> {
                try (channel) {
                    AssemblyLine.await(before);
                }
                return path;
            });
        }

        private void writeAll(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }
}
