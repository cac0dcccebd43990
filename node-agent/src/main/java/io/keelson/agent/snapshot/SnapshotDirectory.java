package io.keelson.agent.snapshot;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.etcd.SnapshotId;
import io.keelson.fleet.ClusterName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots on this host's disk: {@code <id>.cms}, encrypted, and {@code <id>.json}, the note that makes it count. The
 * note is written last and removed first, so that a crash leaves at most a file without one, which is removed at the next
 * start. For several threads.
 */
public final class SnapshotDirectory {
    private static final System.Logger LOG = System.getLogger("keelson.snapshot");
    private static final String NOTE = ".json";
    private static final String SEALED = ".cms";

    private final Path root;

    /** @param root is made, mode 0700; what an agent that was killed left half done is removed */
    public SnapshotDirectory(Path root) {
        this.root = root;
        try {
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            var noted = all().stream()
                    .flatMap(kept -> java.util.stream.Stream.of(
                            file(kept.snapshot().id()), note(kept.snapshot().id())))
                    .toList();
            for (var file : files()) {
                if (!noted.contains(file)) {
                    LOG.log(Level.INFO, "removing {0}, which is half a snapshot", file);
                    AtomicFile.remove(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + root, e);
        }
    }

    /** All that are whole, oldest first. */
    synchronized List<KeptSnapshot> all() {
        var all = new ArrayList<KeptSnapshot>();
        for (var file : files()) {
            if (file.toString().endsWith(NOTE)) {
                read(file).ifPresent(all::add);
            }
        }
        all.sort(Comparator.comparing((KeptSnapshot kept) -> kept.snapshot().taken())
                .thenComparing(kept -> kept.snapshot().id()));
        return all;
    }

    private Optional<KeptSnapshot> read(Path note) {
        try {
            return AtomicFile.read(note)
                    .map(KeptSnapshot::read)
                    .filter(kept -> note(kept.snapshot().id()).equals(note)
                            && Files.isRegularFile(file(kept.snapshot().id())));
        } catch (IllegalArgumentException e) {
            LOG.log(Level.WARNING, "{0} is no note of a snapshot: {1}", note, e.getMessage());
            return Optional.empty();
        }
    }

    /** Those of one cluster, oldest first. */
    List<KeptSnapshot> of(ClusterName cluster) {
        return all().stream()
                .filter(kept -> kept.snapshot().cluster().equals(cluster))
                .toList();
    }

    /** Writes an encrypted file, durably; it counts only once {@link #add} was called. */
    void write(SnapshotId id, AtomicFile.Content content) {
        AtomicFile.write(file(id), FileMode.SECRET, content);
    }

    synchronized void add(KeptSnapshot kept) {
        AtomicFile.write(note(kept.snapshot().id()), kept.write(), FileMode.SECRET);
    }

    /** Notes that a server has it; nothing happens if it is gone meanwhile. */
    synchronized void handedIn(SnapshotId id) {
        read(note(id)).ifPresent(kept -> add(kept.inServersHands()));
    }

    /** Whether there is one of that name. */
    synchronized boolean has(SnapshotId id) {
        return read(note(id)).isPresent();
    }

    /**
     * Removes the oldest of a cluster, so that this many are left. One from the future was taken before the clock was set back,
     * so before all that are taken from then on: it is the first to make room for them.
     */
    synchronized void prune(ClusterName cluster, int most, Instant now) {
        var all = of(cluster).stream()
                .sorted(Comparator.comparing(
                        (KeptSnapshot kept) -> !kept.snapshot().taken().isAfter(now)))
                .toList();
        for (var kept : all.subList(0, Math.max(0, all.size() - most))) {
            remove(kept.snapshot().id());
        }
    }

    /** Removes it. */
    synchronized void remove(SnapshotId id) {
        AtomicFile.remove(note(id));
        AtomicFile.remove(file(id));
    }

    /** The encrypted bytes from an offset on. */
    InputStream open(SnapshotId id, long offset) throws IOException {
        var channel = FileChannel.open(file(id), StandardOpenOption.READ);
        channel.position(offset);
        return Channels.newInputStream(channel);
    }

    long usableBytes() {
        try {
            return Files.getFileStore(root).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at the disk of " + root, e);
        }
    }

    private List<Path> files() {
        try (var files = Files.list(root)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + root, e);
        }
    }

    private Path file(SnapshotId id) {
        return root.resolve(id + SEALED);
    }

    private Path note(SnapshotId id) {
        return root.resolve(id + NOTE);
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
