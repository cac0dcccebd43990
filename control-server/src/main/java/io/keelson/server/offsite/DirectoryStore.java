package io.keelson.server.offsite;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.util.List;

/**
 * Snapshots in a directory of another disk or of another host that is mounted there, as {@code <cluster>/<id>.cms}. A file appears
 * there whole, by one rename.
 *
 * <p>Where nothing is mounted the same path is a directory of one of the server's own disks, and copies on it are none. So what is
 * written has to be on another device than the content directory and the system, before it is written and after.
 */
public final class DirectoryStore implements OffsiteStore {
    private static final String DEVICE = "unix:dev";

    private final Path directory;
    private final List<Path> here;

    /** @param content the server's content directory, on whose disk, and the system's, this one must not be */
    public DirectoryStore(Path directory, Path content) {
        this(directory, List.of(content, Path.of("/")));
    }

    /** @param here on whose disks this one must not be */
    DirectoryStore(Path directory, List<Path> here) {
        this.directory = directory;
        this.here = List.copyOf(here);
    }

    @Override
    public void put(TakenSnapshot snapshot, Path sealed) {
        attempt("copy snapshot " + snapshot.id(), () -> {
            requireElsewhere(directory);
            var file = file(snapshot.cluster(), snapshot.id());
            var own = Files.createDirectories(
                    directory.resolve(snapshot.cluster().value()),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            AtomicFile.fsyncDirectory(directory);
            requireElsewhere(own);
            removeLeftovers(own);
            var sum = Digest.sha256();
            AtomicFile.write(file, FileMode.SECRET, out -> {
                Files.copy(sealed, new DigestOutputStream(out, sum));
                PartSums.requireSealed(snapshot, sealed, Digest.of(sum));
            });
            requireElsewhere(file); // it may have been unmounted meanwhile
            return file;
        });
    }

    /** Of a server that was killed while it copied. One server copies at a time, one file after the other. */
    private static void removeLeftovers(Path own) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(own, AtomicFile::isLeftover)) {
            for (var leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        }
    }

    @Override
    public InputStream open(ClusterName cluster, SnapshotId id) {
        return attempt("hand out snapshot " + id, () -> {
            requireElsewhere(directory);
            return Files.newInputStream(file(cluster, id));
        });
    }

    @Override
    public void remove(ClusterName cluster, SnapshotId id) {
        attempt("remove snapshot " + id, () -> {
            requireElsewhere(directory);
            AtomicFile.remove(file(cluster, id));
            return id;
        });
    }

    private void requireElsewhere(Path path) throws IOException {
        // By the device: one disk is mounted in several places for a unit of systemd (ProtectSystem, StateDirectory).
        var device = Files.getAttribute(path, DEVICE);
        for (var each : here) {
            if (device.equals(Files.getAttribute(each, DEVICE))) {
                throw refused("is on the disk of " + each, new IOException("nothing is mounted there"));
            }
        }
    }

    private Path file(ClusterName cluster, SnapshotId id) {
        return directory.resolve(cluster.value()).resolve(id + ".cms");
    }

    @FunctionalInterface
    private interface Attempt<T> {
        T now() throws IOException;
    }

    private <T> T attempt(String what, Attempt<T> attempt) {
        try {
            return attempt.now();
        } catch (IOException | UncheckedIOException e) {
            throw refused("did not " + what, e);
        }
    }

    private ProblemException refused(String what, Exception cause) {
        return new ProblemException(
                Problem.error(
                        ProblemCode.ETCD_SNAPSHOT_REFUSED,
                        "the directory for copies, " + directory + ", " + what + ": " + cause.getMessage(),
                        Remedy.advise(
                                "Mount the disk, and let the server's user write there; it is tried again.",
                                "findmnt --target " + directory)),
                cause);
    }
}
