package io.keelson.server.snapshots;

import io.keelson.durable.AtomicFile;
import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiPredicate;

/**
 * The encrypted files in the content directory, which all servers share: {@code etcd-snapshots/<cluster>/<id>.cms}. A file
 * appears there whole, by one rename; until then it grows in {@code etcd-snapshots/.incoming}, one for each host.
 */
public final class SnapshotFiles {
    private static final System.Logger LOG = System.getLogger(SnapshotFiles.class.getName());
    private static final String SEALED = ".cms";
    private static final String PART = ".part";
    /** Left free on the server's disk for everything else. */
    private static final long RESERVE = 1L << 30;
    /** Longer than a transfer may take. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Path root;
    private final Path incoming;
    private final Path plain;
    private final Optional<Copies> copies;

    /** Makes the directories; there is no other place. */
    public SnapshotFiles(Path content) {
        this(content, Optional.empty());
    }

    /**
     * Makes the directories.
     *
     * @param copies from where one is read whose file is gone
     */
    public SnapshotFiles(Path content, Optional<? extends Copies> copies) {
        this.copies = copies.map(each -> each);
        this.root = content.resolve("etcd-snapshots");
        this.incoming = root.resolve(".incoming");
        this.plain = root.resolve(".plain");
        try {
            Files.createDirectories(root);
            privately(incoming);
            privately(plain);
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.CONFIGURATION_INVALID,
                            "the directory " + root + " cannot be used: " + e,
                            Remedy.advise("Let the server's user write there.", "ls -ld " + root)),
                    e);
        }
    }

    private static void privately(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    /** Where a host's transfer grows; what the host has begun and given up is removed. */
    Path part(HostId host, TakenSnapshot snapshot) {
        var part = incoming.resolve(host + "." + snapshot.sealed().hex() + PART);
        var ofHost = host + ".";
        for (var other : list(incoming)) {
            var name = other.getFileName().toString();
            // A host's name may hold dots itself: its own parts have the digest right behind it.
            if (name.startsWith(ofHost)
                    && name.length() == ofHost.length() + 64 + PART.length()
                    && !other.equals(part)) {
                delete(other);
            }
        }
        return part;
    }

    /** Where one of the server's own etcd grows; another place each time, since who led may still be at it. */
    Path ownPart() {
        return incoming.resolve("own-" + UUID.randomUUID() + PART);
    }

    /** Makes a part that is whole the snapshot's file. */
    void keep(Path part, TakenSnapshot snapshot) {
        try {
            var directory =
                    Files.createDirectories(root.resolve(snapshot.cluster().value()));
            Files.move(part, file(snapshot.cluster(), snapshot.id()), StandardCopyOption.ATOMIC_MOVE);
            AtomicFile.fsyncDirectory(root);
            AtomicFile.fsyncDirectory(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep snapshot " + snapshot.id(), e);
        }
    }

    /**
     * The encrypted bytes.
     *
     * @throws ProblemException ETCD_SNAPSHOT_CORRUPT if they are gone, and are not copied anywhere; ETCD_SNAPSHOT_REFUSED if the
     *     copy cannot be had
     */
    public InputStream open(ClusterName cluster, SnapshotId id) {
        try {
            return Files.newInputStream(file(cluster, id));
        } catch (NoSuchFileException e) {
            if (copies.isPresent()) {
                LOG.log(Level.WARNING, "the file of snapshot {0} is gone: {1}; its copy is read", id, e.getMessage());
                return copies.get().open(cluster, id);
            }
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.ETCD_SNAPSHOT_CORRUPT,
                            "the file of snapshot " + id + " is gone from the server's content directory",
                            Remedy.advise(
                                    "All servers use the same directory. Its host may still have it:"
                                            + " /var/lib/keelson/agent/snapshots.",
                                    "ls -l " + root)),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read snapshot " + id, e);
        }
    }

    void remove(ClusterName cluster, SnapshotId id) {
        AtomicFile.remove(file(cluster, id));
    }

    /** A new empty file for plain bytes, 0600, in a directory that nobody else may enter. */
    Path plainFile() {
        try {
            return Files.createTempFile(
                    plain,
                    "snapshot",
                    ".db",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write in " + plain, e);
        }
    }

    /** @throws ProblemException ETCD_SNAPSHOT_REFUSED if so many bytes more would leave too little */
    void requireSpace(long bytes) {
        try {
            long usable = Files.getFileStore(root).getUsableSpace();
            if (usable - bytes < RESERVE) {
                throw Problem.error(
                                ProblemCode.ETCD_SNAPSHOT_REFUSED,
                                (bytes >> 20) + " MiB more do not fit on the server's disk: of " + (usable >> 20)
                                        + " MiB that are free " + (RESERVE >> 20) + " are to stay so",
                                Remedy.advise(
                                        "Make room on the server, or keep fewer: spec.etcd.snapshots.keep.",
                                        "df -h " + root))
                        .asException();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at the disk of " + root, e);
        }
    }

    /**
     * Removes what nobody knows: files that a server which was killed did not come to index, and transfers that were given
     * up.
     *
     * @param known whether the index has it
     * @return what was removed
     */
    List<Path> sweep(Instant now, BiPredicate<ClusterName, SnapshotId> known) {
        var removed = new ArrayList<Path>();
        for (var directory : List.of(incoming, plain)) {
            list(directory).stream().filter(file -> old(file, now)).forEach(removed::add);
        }
        for (var directory : list(root)) {
            var cluster = directory.getFileName().toString();
            if (!cluster.startsWith(".")) {
                list(directory).stream()
                        .filter(file -> old(file, now) && !known.test(new ClusterName(cluster), id(file)))
                        .forEach(removed::add);
            }
        }
        removed.forEach(SnapshotFiles::delete);
        return removed;
    }

    private static SnapshotId id(Path file) {
        return new SnapshotId(file.getFileName().toString().replaceFirst("\\.cms$", ""));
    }

    private static boolean old(Path file, Instant now) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(ABANDONED));
        } catch (IOException e) {
            return false; // gone meanwhile
        }
    }

    /** Where one is. */
    Path file(ClusterName cluster, SnapshotId id) {
        return root.resolve(cluster.value()).resolve(id + SEALED);
    }

    private static List<Path> list(Path directory) {
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }
}
