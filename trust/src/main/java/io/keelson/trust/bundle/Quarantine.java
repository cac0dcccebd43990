package io.keelson.trust.bundle;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleFile.Blob;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Where bytes from outside lie until they are proven: a directory that only its owner enters, beside the target and on
 * its file system. {@code blobs/<digest>} is whole and was checked; {@code blobs/<digest>.part} is neither. Nothing in it
 * is synced but the tree: a blob is checked whenever it is found here, and what a power cut takes is fetched again.
 */
final class Quarantine {
    private static final int BUFFER_BYTES = 1 << 18;
    private static final Set<OpenOption> RESUMABLE =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, NOFOLLOW_LINKS);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path root;

    private Quarantine(Path root) {
        this.root = root;
    }

    /** The quarantine of a target, made if it is not there. */
    static Quarantine of(Path target) throws IOException {
        var quarantine = new Quarantine(rootOf(target));
        makePrivate(quarantine.root);
        makePrivate(quarantine.blobs());
        return quarantine;
    }

    static Path rootOf(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".quarantine");
    }

    /** Where the tree is assembled. */
    Path tree() {
        return root.resolve("tree");
    }

    /** Where the tree goes that the new one replaces. */
    Path replaced() {
        return root.resolve("replaced");
    }

    void remove() throws IOException {
        Trees.remove(root);
    }

    /** Packed bytes that need not be fetched, whole or in part. */
    long bytesOf(Blob blob) throws IOException {
        for (var file : new Path[] {whole(blob), part(blob)}) {
            if (Files.isRegularFile(file, NOFOLLOW_LINKS)) {
                return Math.min(blob.size(), Files.size(file));
            }
        }
        return 0;
    }

    /**
     * The file with a blob's bytes, checked; fetches what is missing of it.
     *
     * @param progressed hears bytes as they are there, in sum the blob's size unless it is fetched twice
     * @throws ProblemException {@link ProblemCode#BUNDLE_CORRUPT}; nothing of the blob is kept
     * @throws IOException if the source breaks off; what has arrived is kept
     */
    Path land(Blob blob, BlobSource source, LongConsumer progressed) throws IOException {
        var whole = whole(blob);
        if (isIntact(whole, blob)) {
            progressed.accept(blob.size());
            return whole;
        }
        Trees.remove(whole);
        var part = part(blob);
        boolean resumed = Files.isRegularFile(part, NOFOLLOW_LINKS) && Files.size(part) > 0;
        try {
            fetch(blob, source, part, progressed);
        } catch (ProblemException corrupt) {
            Files.deleteIfExists(part);
            if (!resumed) {
                throw corrupt;
            }
            // A power cut can leave a part with holes: only a fetch from the beginning tells whose fault it is.
            fetchAnew(blob, source, part);
        }
        Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
        return whole;
    }

    private static void fetchAnew(Blob blob, BlobSource source, Path part) throws IOException {
        try {
            fetch(blob, source, part, bytes -> {});
        } catch (ProblemException corrupt) {
            Files.deleteIfExists(part);
            throw corrupt;
        }
    }

    private static void fetch(Blob blob, BlobSource source, Path part, LongConsumer progressed) throws IOException {
        if (Files.isSymbolicLink(part)) {
            Files.delete(part);
        }
        try (var channel = FileChannel.open(part, RESUMABLE, OWNER_ONLY)) {
            var sha256 = Digest.sha256();
            long have = hashExisting(channel, blob, sha256);
            progressed.accept(have);
            if (have < blob.size()) {
                try (var in = source.open(blob, have)) {
                    receive(in, blob, have, channel, sha256, progressed);
                }
            }
            if (!Digest.of(sha256).equals(blob.digest())) {
                throw Corrupt.blob(blob, "has another content");
            }
        }
    }

    private static void receive(
            InputStream in, Blob blob, long have, FileChannel to, MessageDigest sha256, LongConsumer progressed)
            throws IOException {
        var buffer = new byte[BUFFER_BYTES];
        long left = blob.size() - have;
        while (left > 0) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                throw Corrupt.blob(blob, "ends " + left + " bytes too early");
            }
            sha256.update(buffer, 0, count);
            write(to, buffer, count);
            left -= count;
            progressed.accept(count);
        }
        if (in.read() >= 0) {
            throw Corrupt.blob(blob, "goes on behind its end");
        }
    }

    private static long hashExisting(FileChannel channel, Blob blob, MessageDigest sha256) throws IOException {
        if (channel.size() > blob.size()) {
            channel.truncate(0);
        }
        var buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        long have = 0;
        while (channel.read(buffer) >= 0) {
            buffer.flip();
            have += buffer.remaining();
            sha256.update(buffer);
            buffer.clear();
        }
        return have;
    }

    private static boolean isIntact(Path file, Blob blob) throws IOException {
        return Files.isRegularFile(file, NOFOLLOW_LINKS)
                && Files.size(file) == blob.size()
                && Trees.digestOf(file).equals(blob.digest());
    }

    private static void write(FileChannel channel, byte[] bytes, int count) throws IOException {
        var buffer = ByteBuffer.wrap(bytes, 0, count);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static void makePrivate(Path directory) throws IOException {
        if (!Files.isDirectory(directory, NOFOLLOW_LINKS)) {
            Trees.remove(directory);
            Files.createDirectory(directory);
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    private Path blobs() {
        return root.resolve("blobs");
    }

    private Path whole(Blob blob) {
        return blobs().resolve(blob.digest().hex());
    }

    private Path part(Blob blob) {
        return blobs().resolve(blob.digest().hex() + ".part");
    }
}
