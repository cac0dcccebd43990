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

/** From a blob's bytes to a file's bytes: stops at the declared size; the sink hashes what comes out. Constant memory. */
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

        /**
         * No more bytes come: what came is the file, or it is refused, here or where the sink's work is awaited.
         *
         * @throws ProblemException {@link ProblemCode#BUNDLE_CORRUPT}
         */
        void end(Regular file) throws IOException;

        /** Keeps nothing. */
        static Sink nowhere() {
            var buffer = new byte[BUFFER_BYTES];
            var sha256 = Digest.sha256();
            return new Sink() {
                @Override
                public byte[] buffer() {
                    return buffer;
                }

                @Override
                public void give(byte[] filled, int count) {
                    sha256.update(filled, 0, count);
                }

                @Override
                public void end(Regular file) {
                    requireContent(file, sha256);
                }
            };
        }
    }

    /** What every sink asks at the end. */
    static void requireContent(Regular file, MessageDigest sha256) {
        if (!Digest.of(sha256).equals(file.digest())) {
            throw Corrupt.file(file, "unpacks to another content");
        }
    }

    /**
     * Unpacks one file.
     *
     * @param packed the blob's bytes; closed by the caller
     * @throws ProblemException {@link ProblemCode#BUNDLE_CORRUPT} if the bytes do not unpack to exactly the file
     */
    static void unpack(InputStream packed, Regular file, Sink sink) throws IOException {
        try (var content = content(packed, file.blob().encoding())) {
            long left = file.size();
            while (left > 0) {
                left -= some(content, file, left, sink);
            }
            if (content.read() >= 0) {
                throw Corrupt.file(file, "unpacks to more than that");
            }
        } catch (ZstdIOException e) {
            throw Corrupt.file(file, "does not unpack: " + e.getMessage(), e);
        }
        sink.end(file);
    }

    /** Fills one buffer; the sink gets it back whatever happens. */
    private static int some(InputStream content, Regular file, long left, Sink sink) throws IOException {
        var buffer = sink.buffer();
        int count = 0;
        try {
            count = content.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
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
