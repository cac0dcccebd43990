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

/**
 * Snapshots in a directory of another disk or of another host that is mounted there, as {@code <cluster>/<id>.cms}. A file appears
 * there whole, by one rename.
 *
 * <p>Where nothing is mounted the same path is a directory of the server's own disk, and copies on it are none. So the directory has
 * to be on another device than the content directory, each time.
 */
public final class DirectoryStore implements OffsiteStore {
    private final Path directory;
    private final Path content;

    /** @param content the server's content directory, whose disk this one must not be on */
    public DirectoryStore(Path directory, Path content) {
        this.directory = directory;
        this.content = content;
    }

    @Override
    public void put(TakenSnapshot snapshot, Path sealed) {
        attempt("copy snapshot " + snapshot.id(), () -> {
            requireMounted();
            var file = file(snapshot.cluster(), snapshot.id());
            var own = Files.createDirectories(
                    directory.resolve(snapshot.cluster().value()),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            AtomicFile.fsyncDirectory(directory);
            removeLeftovers(own);
            var sum = Digest.sha256();
            AtomicFile.write(file, FileMode.SECRET, out -> {
                Files.copy(sealed, new DigestOutputStream(out, sum));
                PartSums.requireSealed(snapshot, sealed, Digest.of(sum));
            });
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
            requireMounted();
            return Files.newInputStream(file(cluster, id));
        });
    }

    @Override
    public void remove(ClusterName cluster, SnapshotId id) {
        attempt("remove snapshot " + id, () -> {
            requireMounted();
            AtomicFile.remove(file(cluster, id));
            return id;
        });
    }

    private void requireMounted() throws IOException {
        // By the device: one disk is mounted in several places for a unit of systemd (ProtectSystem, StateDirectory).
        if (Files.getAttribute(directory, "unix:dev").equals(Files.getAttribute(content, "unix:dev"))) {
            throw refused(
                    "is on the disk of the server's content directory", new IOException("nothing is mounted there"));
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
