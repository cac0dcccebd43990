package io.keelson.trust.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.luben.zstd.Zstd;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleFile.Encoding;
import io.keelson.release.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Bytes that are not what was signed, each with the outcomes: a code, nothing outside the quarantine, what runs untouched. */
class BundleRefusalsTest extends UnpackingFixture {
    @Test
    void refusesAFlippedBitAnywhereInABlob() throws IOException {
        var packed = Zstd.compress(KUBELET, 3);
        for (int at : new int[] {0, 5, packed.length / 2, packed.length - 1}) {
            var flipped = packed.clone();
            flipped[at] ^= 0x10;
            bundle.spoil("bin/kubelet", flipped);

            assertRefused();
        }
    }

    @Test
    void refusesABlobThatIsTooShort() throws IOException {
        bundle.spoil("images/pause.tar", Arrays.copyOf(PAUSE, PAUSE.length - 1));

        assertRefused();
    }

    @Test
    void refusesABlobThatIsEmpty() throws IOException {
        bundle.spoil("images/pause.tar", new byte[0]);

        assertRefused();
    }

    @Test
    void refusesABlobThatIsTooLong() throws IOException {
        bundle.spoil("images/pause.tar", Arrays.copyOf(PAUSE, PAUSE.length + 1));

        assertRefused();
    }

    @Test
    void refusesAnotherBlobOfTheSameLength() throws IOException {
        bundle.spoil("images/pause.tar", TestBundle.content(3, PAUSE.length));

        assertRefused();
    }

    @Test
    void stopsReadingAStreamThatNeverEnds() throws IOException {
        var endless = new Endless();
        bundle.spoil("images/pause.tar", (blob, offset) -> endless);

        assertRefused();

        assertThat(endless.given).isLessThanOrEqualTo(PAUSE.length + 1L);
    }

    @Test
    void refusesABlobThatUnpacksToMoreThanDeclared() throws IOException {
        var bomb = Zstd.compress(new byte[50_000_000], 19);
        bundle.file("bomb", false, new byte[1_000], bomb, Encoding.ZSTD);

        assertRefused();

        assertThat(largestFileIn(quarantine())).isLessThanOrEqualTo(KUBELET.length);
    }

    @Test
    void refusesABlobThatUnpacksToLessThanDeclared() throws IOException {
        bundle.file("short", false, new byte[1_000], Zstd.compress(new byte[999], 3), Encoding.ZSTD);

        assertRefused();
    }

    @Test
    void refusesABlobThatUnpacksToAnotherContent() throws IOException {
        bundle.file("other", false, TestBundle.content(4, 999), Zstd.compress(new byte[999], 3), Encoding.ZSTD);

        assertRefused();
    }

    @Test
    void refusesAFrameThatIsCutOrIsNone() throws IOException {
        var frame = Zstd.compress(KUBELET, 3);
        bundle.file("cut", false, KUBELET, Arrays.copyOf(frame, frame.length - 100), Encoding.ZSTD);
        assertRefused();

        bundle = new TestBundle().file("none", false, KUBELET, TestBundle.content(5, 500), Encoding.ZSTD);
        assertRefused();
    }

    @Test
    void refusesBytesBehindTheFrame() throws IOException {
        var frame = Zstd.compress(PAUSE, 3);
        bundle.file("tail", false, PAUSE, Arrays.copyOf(frame, frame.length + 7), Encoding.ZSTD);

        assertRefused();
    }

    @Test
    void refusesAWindowAbove128MebibytesButTakesOneOf128() throws IOException {
        bundle.file("large", false, PAUSE, frameWithWindow(PAUSE, 31, 0), Encoding.ZSTD);
        assertRefused();

        bundle = new TestBundle().file("above", false, PAUSE, frameWithWindow(PAUSE, 27, 1), Encoding.ZSTD);
        assertRefused();

        bundle = new TestBundle().file("just", false, PAUSE, frameWithWindow(PAUSE, 27, 0), Encoding.ZSTD);
        unpack();
        assertThat(target.resolve("just")).hasBinaryContent(PAUSE);
    }

    @Test
    void refusesABundleThatDoesNotFitOnTheDisk() {
        bundle.file("huge", false, PAUSE, Zstd.compress(PAUSE, 3), Encoding.ZSTD);
        var digest = Digest.of(new byte[] {1});
        bundle.entry(new BundleFile.Regular(
                "larger", false, (1L << 40) - 10_000_000, digest, new BundleFile.Blob(digest, 10, Encoding.ZSTD)));

        var refused = catchThrowableOfType(ProblemException.class, this::unpack);

        assertThat(refused.problem().code()).isEqualTo(ProblemCode.HOST_DISK_FULL);
        assertThat(bundle.requests).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void leavesAnOlderTreeUntouchedWhenItRefuses() throws IOException {
        Files.createDirectories(target.resolve("bin"));
        Files.writeString(target.resolve("bin/kubelet"), "runs at the moment");
        bundle.spoil("images/pause.tar", TestBundle.content(3, PAUSE.length));

        var refused = catchThrowableOfType(ProblemException.class, this::unpack);

        assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_CORRUPT);
        assertThat(target.resolve("bin/kubelet")).hasContent("runs at the moment");
        assertThat(target).isDirectoryNotContaining("glob:**/images");
    }

    @Test
    void installsTheNextGoodBundleAfterARefusal() throws IOException {
        bundle.spoil("images/pause.tar", TestBundle.content(3, PAUSE.length));
        assertRefused();
        bundle.spoil("images/pause.tar", PAUSE);

        unpack();

        assertThat(BundleUnpacker.verifyInstalled(bundle.verified(), target)).isEmpty();
        assertNothingBeside();
    }

    /** The four outcomes of every refusal but the last, which has a test of its own. */
    private void assertRefused() throws IOException {
        boolean installed = Files.exists(target);
        var refused = catchThrowableOfType(ProblemException.class, this::unpack);

        assertThat(refused).isNotNull();
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_CORRUPT);
        assertThat(Files.exists(target)).isEqualTo(installed);
        try (Stream<Path> beside = Files.list(directory)) {
            assertThat(beside.filter(path -> !path.equals(target))).containsOnly(quarantine());
        }
    }

    private static long largestFileIn(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .max()
                    .orElse(0);
        }
    }

    /** One frame of raw blocks (RFC 8878, section 3.1.1) whose header asks for a window. */
    private static byte[] frameWithWindow(byte[] content, int windowLog, int eighths) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0});
        out.write((windowLog - 10) << 3 | eighths);
        int blockSize = 1 << 17;
        for (int at = 0; at < content.length; at += blockSize) {
            int size = Math.min(blockSize, content.length - at);
            int header = size << 3 | (at + size == content.length ? 1 : 0);
            out.writeBytes(new byte[] {(byte) header, (byte) (header >> 8), (byte) (header >> 16)});
            out.write(content, at, size);
        }
        return out.toByteArray();
    }

    /** Gives zeros as long as it is asked. */
    private static final class Endless extends InputStream {
        private long given;

        @Override
        public int read() {
            given++;
            return 0;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            given += length;
            return length;
        }
    }
}
