package io.keelson.trust.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.luben.zstd.Zstd;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleFile.Encoding;
import io.keelson.release.Digest;
import io.keelson.trust.bundle.ProgressListener.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleUnpackerTest {
    private static final byte[] KUBELET = TestBundle.content(1, 1_200_000);
    private static final byte[] PAUSE = TestBundle.content(2, 700_000);

    @TempDir
    Path directory;

    private Path target;
    private TestBundle bundle;

    @BeforeEach
    void makeBundle() {
        target = directory.resolve("kubernetes-1.31.4-1");
        bundle = new TestBundle()
                .packed("bin/kubelet", true, KUBELET)
                .plain("images/pause.tar", PAUSE)
                .plain("images/copy.tar", PAUSE)
                .packed("empty", false, new byte[0])
                .entry(new BundleFile.Directory("spare"))
                .entry(new BundleFile.Symlink("bin/hyperkube", "kubelet"));
    }

    @Test
    void unpacksFilesDirectoriesAndLinksWithTheirModes() throws IOException {
        unpack();

        assertThat(target.resolve("bin/kubelet")).hasBinaryContent(KUBELET);
        assertThat(target.resolve("images/pause.tar")).hasBinaryContent(PAUSE);
        assertThat(target.resolve("images/copy.tar")).hasBinaryContent(PAUSE);
        assertThat(target.resolve("empty")).isEmptyFile();
        assertThat(modeOf("bin/kubelet")).isEqualTo("rwxr-xr-x");
        assertThat(modeOf("images/pause.tar")).isEqualTo("rw-r--r--");
        assertThat(modeOf("spare")).isEqualTo("rwxr-xr-x");
        assertThat(modeOf("")).isEqualTo("rwxr-xr-x");
        assertThat(Files.readSymbolicLink(target.resolve("bin/hyperkube"))).isEqualTo(Path.of("kubelet"));
        assertThat(BundleUnpacker.verifyInstalled(bundle.signed(), target)).isEmpty();
        assertNothingBeside();
    }

    @Test
    void fetchesABlobOnceHoweverManyFilesHaveIt() {
        unpack();

        assertThat(bundle.requests).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void doesNothingWhenTheTargetIsAlreadyTheBundle() {
        unpack();
        bundle.requests.clear();

        unpack();

        assertThat(bundle.requests).isEmpty();
    }

    @Test
    void replacesATargetThatHasDrifted() throws IOException {
        unpack();
        Files.writeString(target.resolve("bin/kubelet"), "evil");
        Files.writeString(target.resolve("more"), "undeclared");

        unpack();

        assertThat(BundleUnpacker.verifyInstalled(bundle.signed(), target)).isEmpty();
        assertNothingBeside();
    }

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

        assertThat(BundleUnpacker.verifyInstalled(bundle.signed(), target)).isEmpty();
        assertNothingBeside();
    }

    @Test
    void goesOnWhereAStreamBrokeOff() throws IOException {
        bundle.spoil("images/pause.tar", (blob, offset) -> breakingAfter(300_000));
        assertThatThrownBy(this::unpack)
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("connection reset");
        assertThat(target).doesNotExist();
        bundle.spoil("images/pause.tar", PAUSE);
        bundle.requests.clear();

        unpack();

        var pause = bundle.blobOf("images/pause.tar").digest().hex();
        assertThat(bundle.requests).contains(pause + "@300000").doesNotContain(pause + "@0");
        assertThat(target.resolve("images/pause.tar")).hasBinaryContent(PAUSE);
    }

    @Test
    void fetchesNoBlobAgainThatIsWhole() {
        bundle.spoil("images/pause.tar", (blob, offset) -> {
            throw new IOException("connection refused");
        });
        assertThatThrownBy(this::unpack).isInstanceOf(UncheckedIOException.class);
        bundle.spoil("images/pause.tar", PAUSE);
        bundle.requests.clear();

        unpack();

        assertThat(bundle.requests)
                .containsExactly(bundle.blobOf("images/pause.tar").digest().hex() + "@0");
    }

    @Test
    void fetchesAnewWhatAPowerCutHasSpoiltInTheQuarantine() throws IOException {
        bundle.spoil("images/pause.tar", (blob, offset) -> breakingAfter(300_000));
        assertThatThrownBy(this::unpack).isInstanceOf(UncheckedIOException.class);
        var blobs = quarantine().resolve("blobs");
        Files.write(blobs.resolve(bundle.blobOf("images/pause.tar").digest().hex() + ".part"), new byte[300_000]);
        Files.write(blobs.resolve(bundle.blobOf("bin/kubelet").digest().hex()), new byte[10]);
        bundle.spoil("images/pause.tar", PAUSE);

        unpack();

        assertThat(BundleUnpacker.verifyInstalled(bundle.signed(), target)).isEmpty();
    }

    @Test
    void neverWritesThroughLinksThatLieInItsQuarantine() throws IOException {
        var precious = Files.createDirectory(directory.resolve("precious"));
        Files.writeString(precious.resolve("shadow"), "untouched");
        var pause = bundle.blobOf("images/pause.tar").digest().hex();
        Files.createDirectories(quarantine().resolve("blobs"));
        Files.createSymbolicLink(quarantine().resolve("tree"), precious);
        Files.createSymbolicLink(quarantine().resolve("blobs").resolve(pause), precious.resolve("shadow"));
        Files.createSymbolicLink(quarantine().resolve("blobs").resolve(pause + ".part"), precious.resolve("shadow"));

        unpack();

        assertThat(precious.resolve("shadow")).hasContent("untouched");
        assertThat(precious).isDirectoryContaining(p -> p.endsWith("shadow"));
        assertThat(target.resolve("images/pause.tar")).hasBinaryContent(PAUSE);
    }

    @Test
    void replacesAQuarantineThatIsALink() throws IOException {
        var elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Files.createSymbolicLink(quarantine(), elsewhere);

        unpack();

        assertThat(elsewhere).isEmptyDirectory();
        assertThat(BundleUnpacker.verifyInstalled(bundle.signed(), target)).isEmpty();
    }

    @Test
    void keepsItsQuarantinePrivate() {
        bundle.spoil("images/pause.tar", (blob, offset) -> breakingAfter(10));
        assertThatThrownBy(this::unpack).isInstanceOf(UncheckedIOException.class);

        assertThat(quarantine())
                .satisfies(q -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(q)))
                        .isEqualTo("rwx------"));
    }

    @Test
    void discardsWhatItHasGathered() {
        bundle.spoil("images/pause.tar", (blob, offset) -> breakingAfter(10));
        assertThatThrownBy(this::unpack).isInstanceOf(UncheckedIOException.class);

        BundleUnpacker.discard(target);

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void tellsProgressThatNeverFallsAndEndsComplete() {
        var told = new ArrayList<Progress>();

        BundleUnpacker.unpack(bundle.signed(), bundle, target, told::add);

        var last = told.getLast();
        assertThat(last.fetchedBytes()).isEqualTo(last.fetchBytes());
        assertThat(last.unpackedBytes()).isEqualTo(last.unpackBytes()).isEqualTo(KUBELET.length + 2L * PAUSE.length);
        assertThat(told).extracting(Progress::fetchedBytes).isSorted();
        assertThat(told).extracting(Progress::unpackedBytes).isSorted();
    }

    private void unpack() {
        BundleUnpacker.unpack(bundle.signed(), bundle, target, ProgressListener.silent());
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

    private void assertNothingBeside() throws IOException {
        try (Stream<Path> beside = Files.list(directory)) {
            assertThat(beside).containsExactly(target);
        }
    }

    private Path quarantine() {
        return directory.resolve("." + target.getFileName() + ".quarantine");
    }

    private String modeOf(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve(path)));
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

    private static InputStream breakingAfter(int bytes) {
        return new SequenceInputStream(new ByteArrayInputStream(PAUSE, 0, bytes), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }
        });
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
