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
import java.io.OutputStream;
import java.util.function.LongConsumer;

/** From a blob's bytes to a file's bytes: stops at the declared size, hashes what comes out. Constant memory. */
final class Unpacking {
    /** Base-2 logarithm of the largest zstd window: 128 MiB. */
    private static final int WINDOW_LOG = 27;

    private static final int BUFFER_BYTES = 1 << 18;

    private Unpacking() {}

    /**
     * Unpacks one file.
     *
     * @param packed the blob's bytes; closed by the caller
     * @param progressed hears the bytes of each write
     * @throws ProblemException {@link ProblemCode#BUNDLE_CORRUPT} if the bytes do not unpack to exactly the file
     */
    static void unpack(InputStream packed, Regular file, OutputStream out, LongConsumer progressed) throws IOException {
        var sha256 = Digest.sha256();
        try (var content = content(packed, file.blob().encoding())) {
            var buffer = new byte[BUFFER_BYTES];
            long left = file.size();
            while (left > 0) {
                int count = content.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (count < 0) {
                    throw Corrupt.file(file, "unpacks to " + left + " bytes too few");
                }
                sha256.update(buffer, 0, count);
                out.write(buffer, 0, count);
                left -= count;
                progressed.accept(count);
            }
            if (content.read(buffer, 0, 1) >= 0) {
                throw Corrupt.file(file, "unpacks to more than that");
            }
        } catch (ZstdIOException e) {
            throw Corrupt.file(file, "does not unpack: " + e.getMessage(), e);
        }
        if (!Digest.of(sha256).equals(file.digest())) {
            throw Corrupt.file(file, "unpacks to another content");
        }
    }

    private static InputStream content(InputStream packed, Encoding encoding) throws IOException {
        return switch (encoding) {
            case IDENTITY -> packed;
            case ZSTD -> new ZstdInputStreamNoFinalizer(packed).setLongMax(WINDOW_LOG);
        };
    }
}
