package io.keelson.server.content;

import io.keelson.durable.AtomicFile;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Objects by digest in a directory: {@code sha256/<first two digits>/<digest>}. An object appears under its name only
 * when it is whole, verified and on the disk; what a crash leaves behind lies in {@code incoming} and is removed at the
 * next start.
 */
public final class BlobStore {
    private static final int CHUNK = 256 << 10;

    private final Path root;
    private final Path incoming;

    /** Opens the directory, makes it where it is missing, and removes unfinished objects. */
    public BlobStore(Path root) {
        this.root = root;
        this.incoming = root.resolve("incoming");
        try {
            Files.createDirectories(incoming);
            try (var left = Files.newDirectoryStream(incoming)) {
                for (var file : left) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.CONFIGURATION_INVALID,
                            "the content directory " + root + " cannot be used: " + e,
                            Remedy.advise("Let the server's user write there.", "ls -ld " + root)),
                    e);
        }
    }

    /** Whether the object is here. */
    public boolean has(Digest digest) {
        return Files.isRegularFile(path(digest));
    }

    /**
     * The object's bytes from an offset on.
     *
     * @param offset 0 to the object's size
     * @throws ProblemException {@code BUNDLE_CORRUPT}: it is gone
     */
    public InputStream open(Digest digest, long offset) {
        try {
            var channel = FileChannel.open(path(digest), StandardOpenOption.READ);
            channel.position(offset);
            return Channels.newInputStream(channel);
        } catch (NoSuchFileException e) {
            throw new ProblemException(lost(digest, "is gone"), e);
        } catch (IOException e) {
            throw new UncheckedIOException("blob " + digest, e);
        }
    }

    /**
     * A small object's bytes, checked.
     *
     * @throws ProblemException {@code BUNDLE_CORRUPT}: it is gone or was changed
     */
    public byte[] read(Digest digest) {
        try {
            var bytes = Files.readAllBytes(path(digest));
            if (Digest.of(bytes).equals(digest)) {
                return bytes;
            }
        } catch (NoSuchFileException e) {
            throw new ProblemException(lost(digest, "is gone"), e);
        } catch (IOException e) {
            throw new UncheckedIOException("object " + digest, e);
        }
        throw lost(digest, "was changed").asException();
    }

    private Problem lost(Digest digest, String what) {
        return Problem.error(
                ProblemCode.BUNDLE_CORRUPT,
                "object " + digest.abbreviated() + " of the content store " + what,
                Remedy.advise(
                        "Restore the content directory from its backup; all servers use the same one.",
                        "ls -l " + path(digest)));
    }

    /**
     * Stores an object; reads the source to its end.
     *
     * @param size what the source is to have, in bytes
     * @throws ProblemException {@code BUNDLE_CORRUPT}: the source is longer, shorter or different; nothing was stored
     */
    public void add(Digest digest, long size, InputStream source) {
        try {
            var file = Files.createTempFile(
                    incoming,
                    digest.abbreviated(),
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
            try {
                receive(digest, size, source, file);
                var directory = Files.createDirectories(directory(digest));
                Files.move(file, directory.resolve(digest.hex()), StandardCopyOption.ATOMIC_MOVE);
                AtomicFile.fsyncDirectory(directory);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("blob " + digest, e);
        }
    }

    private static void receive(Digest digest, long size, InputStream source, Path file) throws IOException {
        var hash = Digest.sha256();
        var buffer = new byte[CHUNK];
        long received = 0;
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int n = source.read(buffer); n >= 0; n = source.read(buffer)) {
                received += n;
                if (received > size) {
                    throw corrupt(digest, "is longer than the " + size + " bytes that were announced");
                }
                hash.update(buffer, 0, n);
                var bytes = ByteBuffer.wrap(buffer, 0, n);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            if (received < size) {
                throw corrupt(digest, "has " + received + " of the " + size + " bytes that were announced");
            }
            if (!Digest.of(hash).equals(digest)) {
                throw corrupt(digest, "has other bytes than its name says");
            }
            channel.force(true);
        }
    }

    private static ProblemException corrupt(Digest digest, String what) {
        return Problem.error(
                        ProblemCode.BUNDLE_CORRUPT,
                        "blob " + digest.abbreviated() + " " + what,
                        Remedy.advise(
                                "Verify the bundle where it was built, then publish it again.",
                                "keelson bundle verify"))
                .asException();
    }

    private Path path(Digest digest) {
        return directory(digest).resolve(digest.hex());
    }

    private Path directory(Digest digest) {
        return root.resolve("sha256").resolve(digest.hex().substring(0, 2));
    }
}
