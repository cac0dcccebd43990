package io.keelson.server.snapshots;

import io.keelson.etcd.TakenSnapshot;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A snapshot on its way in. What came stays when the call breaks, and the next one goes on from there; what came whole and
 * is not what was announced goes. For one thread at a time.
 */
public final class IncomingSnapshot implements AutoCloseable {
    private static final int CHUNK = 256 << 10;

    private final Path part;
    private final TakenSnapshot announced;
    private final Consumer<Path> whole;
    private final FileChannel channel;
    private long received;

    IncomingSnapshot(Path part, TakenSnapshot announced, Consumer<Path> whole) {
        this.part = part;
        this.announced = announced;
        this.whole = whole;
        try {
            channel = FileChannel.open(
                    part,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            lock();
            received = channel.size();
            channel.position(received);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot receive snapshot " + announced.id(), e);
        }
    }

    /** How much of it there is. */
    static long received(Path part) {
        try {
            return Files.size(part);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at " + part, e);
        }
    }

    private void lock() throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false; // by another call at this server
        }
        if (!locked) {
            channel.close();
            throw Problem.error(
                            ProblemCode.RESOURCE_CONFLICT,
                            "snapshot " + announced.id() + " is being handed in by another call",
                            Remedy.advise("The agent tries again by itself."))
                    .asException();
        }
    }

    /**
     * The next bytes.
     *
     * @throws ProblemException ETCD_SNAPSHOT_CORRUPT: more than were announced; nothing is kept
     */
    public void write(ByteBuffer bytes) {
        received += bytes.remaining();
        if (received > announced.bytes()) {
            throw discarded("is longer than the " + announced.bytes() + " bytes that were announced");
        }
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot receive snapshot " + announced.id(), e);
        }
    }

    /**
     * All has come: checks it from the first byte on, and keeps it.
     *
     * @throws ProblemException ETCD_SNAPSHOT_CORRUPT: it is shorter or another one than was announced
     */
    public void finish() {
        if (received < announced.bytes()) {
            throw corrupt("has " + received + " of the " + announced.bytes() + " bytes that were announced");
        }
        try {
            channel.force(true);
            if (!hash().equals(announced.sealed())) {
                throw discarded("has other bytes than were announced");
            }
            whole.accept(part);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot check snapshot " + announced.id(), e);
        }
    }

    private Digest hash() throws IOException {
        var hash = Digest.sha256();
        var buffer = ByteBuffer.allocate(CHUNK);
        for (long at = 0; at < received; at += buffer.limit()) {
            buffer.clear();
            if (channel.read(buffer, at) < 0) {
                throw new IOException("the file became shorter");
            }
            buffer.flip();
            hash.update(buffer.duplicate());
        }
        return Digest.of(hash);
    }

    private ProblemException discarded(String what) {
        SnapshotFiles.delete(part);
        return corrupt(what);
    }

    private ProblemException corrupt(String what) {
        return Problem.error(
                        ProblemCode.ETCD_SNAPSHOT_CORRUPT,
                        "snapshot " + announced.id() + " of cluster " + announced.cluster() + " " + what,
                        Remedy.advise("The agent tries again by itself.", "keelson etcd status"))
                .asException();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
