package io.keelson.trust.bundle;

import io.keelson.release.BundleFile.Regular;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Unpacks checked blobs on a thread of its own while the next ones are fetched, and leaves writing to a third. One
 * decoder at a time, so that memory stays below one zstd window. {@link #close()} waits until nothing is written any
 * more.
 */
final class AssemblyLine implements AutoCloseable {
    private final TreeWriter tree;
    private final ProgressMeter meter;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("keelson-unpack").daemon().factory());
    private final WriteBehind disk = new WriteBehind();
    private final List<Future<Future<?>>> files = new ArrayList<>();

    AssemblyLine(TreeWriter tree, ProgressMeter meter) {
        this.tree = tree;
        this.meter = meter;
    }

    /** Unpacks a blob, sooner or later, to the files that have its content. */
    void accept(Path blob, List<Regular> files) {
        for (var file : files) {
            this.files.add(thread.submit(() -> tree.write(file, blob, disk, meter::unpacked)));
        }
    }

    /** Throws what went wrong so far, if something did. */
    void requireRunning() throws IOException {
        for (var file : files) {
            if (file.state() == Future.State.FAILED) {
                await(file);
            }
            if (file.state() == Future.State.SUCCESS && file.resultNow().state() == Future.State.FAILED) {
                await(file.resultNow());
            }
        }
    }

    /** Waits until all is unpacked and durable. */
    void finish() throws IOException {
        for (var file : files) {
            await(await(file));
        }
    }

    /** Drops what has not begun and waits for what has. */
    @Override
    public void close() {
        thread.shutdownNow();
        thread.close();
        disk.close();
    }

    /** What was made; throws what went wrong. */
    static <T> T await(Future<T> made) throws IOException {
        try {
            return made.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failed -> throw failed;
                case RuntimeException failed -> throw failed;
                case Error failed -> throw failed;
                case null, default -> throw new AssertionError("unpacking failed", e);
            }
        }
    }

    private static InterruptedIOException interrupted(InterruptedException cause) {
        var interrupted = new InterruptedIOException("unpacking was interrupted");
        interrupted.initCause(cause);
        return interrupted;
    }
}
