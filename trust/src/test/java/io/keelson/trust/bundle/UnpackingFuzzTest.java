package io.keelson.trust.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleFile.Blob;
import io.keelson.release.BundleFile.Encoding;
import io.keelson.release.BundleFile.Regular;
import io.keelson.release.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/** Whatever bytes a blob has, they unpack to exactly the declared file or are corrupt, and never to more than its size. */
class UnpackingFuzzTest extends FuzzTest {
    private static final byte[] CONTENT = TestBundle.content(7, 3_000);

    @Override
    public List<byte[]> seeds() {
        return List.of(
                Zstd.compress(CONTENT, 1),
                Zstd.compress(CONTENT, 19),
                Zstd.compress(new byte[0]),
                Zstd.compress(new byte[1 << 20], 19),
                twoFrames());
    }

    private static byte[] twoFrames() {
        var first = Zstd.compress(Arrays.copyOf(CONTENT, 1_000));
        var second = Zstd.compress(Arrays.copyOfRange(CONTENT, 1_000, CONTENT.length));
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Override
    public List<String> words() {
        return List.of("\u0028\u00b5\u002f\u00fd", "P*M\u0018");
    }

    @Override
    public void accept(byte[] input) throws IOException {
        var blob = new Blob(Digest.of(input), input.length, Encoding.ZSTD);
        var file = new Regular("file", false, CONTENT.length, Digest.of(CONTENT), blob);
        var given = new Given();
        try {
            Unpacking.unpack(new ByteArrayInputStream(input), file, given);
            assertThat(Digest.of(Arrays.copyOf(given.bytes, given.count))).isEqualTo(file.digest());
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_CORRUPT);
        }
    }

    /** Fails if it is given more than the file's size. */
    private static final class Given implements Unpacking.Sink {
        private final byte[] bytes = new byte[CONTENT.length];
        private final MessageDigest sha256 = Digest.sha256();
        private int count;

        @Override
        public byte[] buffer() {
            return new byte[1 << 10];
        }

        @Override
        public void give(byte[] buffer, int length) {
            System.arraycopy(buffer, 0, bytes, count, length);
            count += length;
            sha256.update(buffer, 0, length);
        }

        @Override
        public void end(Regular file) {
            Unpacking.requireContent(file, sha256);
        }
    }
}
