package io.keelson.trust.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.trust.bundle.ProgressListener.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class BundleUnpackerTest extends UnpackingFixture {
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
        assertThat(BundleUnpacker.verifyInstalled(bundle.verified(), target)).isEmpty();
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

        assertThat(BundleUnpacker.verifyInstalled(bundle.verified(), target)).isEmpty();
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

        assertThat(BundleUnpacker.verifyInstalled(bundle.verified(), target)).isEmpty();
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
        assertThat(BundleUnpacker.verifyInstalled(bundle.verified(), target)).isEmpty();
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

        BundleUnpacker.unpack(bundle.verified(), bundle, target, told::add);

        var last = told.getLast();
        assertThat(last.fetchedBytes()).isEqualTo(last.fetchBytes());
        assertThat(last.unpackedBytes()).isEqualTo(last.unpackBytes()).isEqualTo(KUBELET.length + 2L * PAUSE.length);
        assertThat(told).extracting(Progress::fetchedBytes).isSorted();
        assertThat(told).extracting(Progress::unpackedBytes).isSorted();
    }

    private String modeOf(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve(path)));
    }

    private static InputStream breakingAfter(int bytes) {
        return new SequenceInputStream(new ByteArrayInputStream(PAUSE, 0, bytes), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        });
    }
}
