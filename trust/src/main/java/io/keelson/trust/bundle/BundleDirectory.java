package io.keelson.trust.bundle;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleFile.Blob;
import io.keelson.release.BundleFile.Encoding;
import io.keelson.release.BundleFile.Regular;
import io.keelson.release.Digest;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.VerifiedManifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bundle as files that can be carried about: {@code manifest.json} and {@code
 * blobs/sha256/<digest>}. What it holds is not trusted until it is verified. Failures of the disk are {@link
 * UncheckedIOException}s. Safe for use by several threads.
 */
public final class BundleDirectory {
    private static final int COMPRESSION_LEVEL = 6;
    private static final int BUFFER_BYTES = 1 << 18;

    private final Path root;
    private final BlobFiles blobs;

    private BundleDirectory(Path root) {
        this.root = root;
        this.blobs = new BlobFiles(root.resolve("blobs").resolve("sha256"));
    }

    /**
     * What a file's content became.
     *
     * @param size bytes of the content
     * @param digest of the content
     * @param blob where and how it is kept
     */
    public record Packed(long size, Digest digest, Blob blob) {}

    /**
     * A bundle that is there.
     *
     * @throws ProblemException {@link ProblemCode#BUNDLE_NOT_FOUND} if there is no manifest
     */
    public static BundleDirectory open(Path root) {
        if (!Files.isRegularFile(root.resolve("manifest.json"))) {
            throw Problem.error(
                            ProblemCode.BUNDLE_NOT_FOUND,
                            "there is no bundle in " + root,
                            Remedy.advise("Name the directory that contains manifest.json.", "keelson bundle build"))
                    .asException();
        }
        return new BundleDirectory(root);
    }

    /** A directory for a new bundle, made if it is not there; blobs that are in it are kept. */
    public static BundleDirectory create(Path root) {
        try {
            var directory = new BundleDirectory(root);
            Files.createDirectories(directory.blobs.directory());
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + root, e);
        }
    }

    /** Where the bundle lies. */
    public Path root() {
        return root;
    }

    /** The manifest as it lies there. */
    public byte[] manifestBytes() {
        return readCapped(root.resolve("manifest.json"), ManifestCodec.MAXIMUM_BYTES);
    }

    /** Replaces the manifest, durably. */
    public void writeManifest(byte[] manifest) {
        AtomicFile.write(root.resolve("manifest.json"), manifest, FileMode.PUBLIC);
    }

    /** Whether a blob of that name is there; its bytes are not looked at. */
    public boolean hasBlob(Digest digest) {
        return blobs.has(digest);
    }

    /**
     * Bytes of a blob.
     *
     * @throws ProblemException {@link ProblemCode#BUNDLE_CORRUPT} if it is not there
     */
    public long blobSize(Digest digest) {
        try {
            return Files.size(existing(digest));
        } catch (IOException e) {
            throw unreadable(digest, e);
        }
    }

    /**
     * The bytes of a blob; the caller closes them.
     *
     * @throws ProblemException {@link ProblemCode#BUNDLE_CORRUPT} if it is not there
     */
    public InputStream openBlob(Digest digest) {
        try {
            return Files.newInputStream(existing(digest), NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw unreadable(digest, e);
        }
    }

    /** Keeps some bytes as they are, durably, under their digest. */
    public Digest addBlob(InputStream bytes) {
        try {
            return blobs.keep(blobs.draft(bytes::transferTo));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot add a blob to " + root, e);
        }
    }

    /** Packs the content of a file: with zstd, or as it is where that would not make it smaller. */
    public Packed pack(Path file) {
        try {
            var sha256 = Digest.sha256();
            var size = new AtomicLong();
            var draft = blobs.draft(out -> size.set(compress(file, sha256, out)));
            if (draft.size() < size.get()) {
                var blob = new Blob(blobs.keep(draft), draft.size(), Encoding.ZSTD);
                return new Packed(size.get(), Digest.of(sha256), blob);
            }
            blobs.drop(draft);
            var plain = blobs.draft(out -> Files.copy(file, out));
            blobs.keep(plain);
            return new Packed(plain.size(), plain.digest(), new Blob(plain.digest(), plain.size(), Encoding.IDENTITY));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot pack " + file, e);
        }
    }

    /** The directory as a source for {@link BundleUnpacker}. */
    public BlobSource source() {
        return (blob, offset) -> {
            var in = openBlob(blob.digest());
            try {
                in.skipNBytes(offset);
                return in;
            } catch (IOException e) {
                in.close();
                throw e;
            }
        };
    }

    /**
     * Reads every blob that a manifest names, to the last byte of what it unpacks to; writes nothing.
     *
     * @throws ProblemException {@link ProblemCode#BUNDLE_CORRUPT} if one is missing or differs
     */
    public void verifyBlobs(VerifiedManifest verified) {
        var seen = new HashSet<Blob>();
        for (var file : verified.manifest().files()) {
            if (file instanceof Regular regular && seen.add(regular.blob())) {
                verifyBlob(regular);
            }
        }
    }

    private void verifyBlob(Regular file) {
        var blob = file.blob();
        try {
            if (blobSize(blob.digest()) != blob.size()) {
                throw Corrupt.blob(blob, "has another size");
            }
            if (!Trees.digestOf(existing(blob.digest())).equals(blob.digest())) {
                throw Corrupt.blob(blob, "has another content");
            }
            try (var in = openBlob(blob.digest())) {
                Unpacking.unpack(in, file, Unpacking.Sink.nowhere());
            }
        } catch (IOException e) {
            throw unreadable(blob.digest(), e);
        }
    }

    private Path existing(Digest digest) {
        if (!blobs.has(digest)) {
            throw Corrupt.missing(digest, root);
        }
        return blobs.pathOf(digest);
    }

    private static long compress(Path file, MessageDigest sha256, OutputStream out) throws IOException {
        try (var content = new DigestInputStream(Files.newInputStream(file), sha256);
                var zstd = new ZstdOutputStreamNoFinalizer(out, COMPRESSION_LEVEL)) {
            var buffer = new byte[BUFFER_BYTES];
            long size = 0;
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                zstd.write(buffer, 0, count);
                size += count;
            }
            return size;
        }
    }

    private static byte[] readCapped(Path file, int atMost) {
        try (var in = Files.newInputStream(file)) {
            // One byte more than is allowed is enough for the reader to refuse it.
            return in.readNBytes(atMost + 1);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static UncheckedIOException unreadable(Digest digest, IOException cause) {
        return new UncheckedIOException("cannot read blob " + digest, cause);
    }
}
