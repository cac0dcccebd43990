package io.keelson.trust.bundle;

import io.keelson.durable.FileMode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Writes and syncs files on a thread of its own, in the order in which they are handed over, so that whoever makes the
 * bytes need not wait for the disk. A fixed set of buffers goes round: when all are full, the maker waits. One maker at
 * a time. After {@link #close()} nothing is written any more.
 */
final class WriteBehind implements AutoCloseable {
    private static final int BUFFERS = 8;
    private static final int BUFFER_BYTES = 1 << 18;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("keelson-write").daemon().factory());
    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(BUFFERS);

    WriteBehind() {
        for (int i = 0; i < BUFFERS; i++) {
            free.add(new byte[BUFFER_BYTES]);
        }
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
        thread.close();
    }

    /** One file; closing it without {@link #finish} gives it up as it is, so that nobody asks how the closing went. */
    final class NewFile implements Unpacking.Sink, AutoCloseable {
        private final Path path;
        private final FileChannel channel;
        private final LongConsumer progressed;
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
            last = thread.submit(() -> {
                try {
                    // What fails first fails all that comes behind it, so that the last one tells.
                    AssemblyLine.await(before);
                    writeAll(ByteBuffer.wrap(buffer, 0, count));
                    progressed.accept(count);
                } finally {
                    free.add(buffer);
                }
                return path;
            });
        }

        /** Makes content and mode durable, sooner or later; the name is the directory's affair. */
        Future<?> finish(FileMode mode) {
            var before = last;
            last = thread.submit(() -> {
                AssemblyLine.await(before);
                Files.setPosixFilePermissions(path, mode.permissions());
                channel.force(true);
                return path;
            });
            return last;
        }

        @Override
        public void close() {
            last = thread.submit(() -> {
                channel.close();
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
