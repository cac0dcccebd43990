package io.keelson.trust.bundle;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleFile.Encoding;
import io.keelson.release.BundleFile.Regular;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** From a blob's bytes to a file's bytes: stops at the declared size, hashes what comes out. Constant memory. */
final class Unpacking {
    /** Base-2 logarithm of the largest zstd window: 128 MiB. */
    private static final int WINDOW_LOG = 27;

    private static final int BUFFER_BYTES = 1 << 18;

    private Unpacking() {}

    /** Where a file's bytes go. */
    interface Sink {
        /** A buffer to fill; waits until there is one. */
        byte[] buffer() throws IOException;

        /** Takes a buffer back, with that many bytes at its beginning. */
        void give(byte[] buffer, int count) throws IOException;

        /** Keeps nothing. */
        static Sink nowhere() {
            var buffer = new byte[BUFFER_BYTES];
            return new Sink() {
                @Override
                public byte[] buffer() {
                    return buffer;
                }

                @Override
                public void give(byte[] filled, int count) {
                    // The digest was all that was wanted.
                }
            };
        }
    }

    /**
     * Unpacks one file.
     *
     * @param packed the blob's bytes; closed by the caller
     * @throws ProblemException {@link ProblemCode#BUNDLE_CORRUPT} if the bytes do not unpack to exactly the file
     */
    static void unpack(InputStream packed, Regular file, Sink sink) throws IOException {
        var sha256 = Digest.sha256();
        try (var content = content(packed, file.blob().encoding())) {
            long left = file.size();
            while (left > 0) {
                left -= some(content, file, left, sha256, sink);
            }
            if (content.read() >= 0) {
                throw Corrupt.file(file, "unpacks to more than that");
            }
        } catch (ZstdIOException e) {
            throw Corrupt.file(file, "does not unpack: " + e.getMessage(), e);
        }
        if (!Digest.of(sha256).equals(file.digest())) {
            throw Corrupt.file(file, "unpacks to another content");
        }
    }

    /** Fills one buffer; the sink gets it back whatever happens. */
    private static int some(InputStream content, Regular file, long left, MessageDigest sha256, Sink sink)
            throws IOException {
        var buffer = sink.buffer();
        int count = 0;
        try {
            count = content.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
            sha256.update(buffer, 0, count);
        } finally {
            sink.give(buffer, count);
        }
        if (count == 0) {
            throw Corrupt.file(file, "unpacks to " + left + " bytes too few");
        }
        return count;
    }

    private static InputStream content(InputStream packed, Encoding encoding) throws IOException {
        return switch (encoding) {
            case IDENTITY -> packed;
            case ZSTD -> new ZstdInputStreamNoFinalizer(packed).setLongMax(WINDOW_LOG);
        };
    }
}
