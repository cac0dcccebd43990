package io.keelson.trust.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleFile.Encoding;
import io.keelson.release.BundleFile.Regular;
import io.keelson.release.Digest;
import io.keelson.trust.BundleTree;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.SampleManifest;
import io.keelson.trust.VerifiedManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleDirectoryTest {

    @TempDir
    Path directory;

    private BundleDirectory bundle;

    @BeforeEach
    void create() {
        bundle = BundleDirectory.create(directory.resolve("bundle"));
    }

    @Test
    void carriesABundleFromItsBuilderToAHost() throws IOException {
        var content = TestBundle.content(1, 2_000_000);
        var verified = build(content);
        var carried = BundleDirectory.open(bundle.root());

        BundleUnpacker.unpack(verified, carried.source(), directory.resolve("release"), ProgressListener.silent());

        assertThat(directory.resolve("release/bin/kubelet")).hasBinaryContent(content);
        assertThatCode(() -> carried.verifyBlobs(verified)).doesNotThrowAnyException();
    }

    @Test
    void packsWhatBecomesSmallerAndKeepsTheRestAsItIs() throws IOException {
        var text = write("text", TestBundle.content(1, 500_000));
        var noise = new byte[500_000];
        new Random(1).nextBytes(noise);

        var packed = bundle.pack(text);
        var plain = bundle.pack(write("noise", noise));

        assertThat(packed.blob().encoding()).isEqualTo(Encoding.ZSTD);
        assertThat(packed.blob().size()).isLessThan(packed.size() / 2);
        assertThat(plain.blob().encoding()).isEqualTo(Encoding.IDENTITY);
        assertThat(plain.blob().digest()).isEqualTo(plain.digest()).isEqualTo(Digest.of(noise));
        assertThat(bundle.hasBlob(packed.blob().digest())).isTrue();
        try (var blobs = Files.list(bundle.root().resolve("blobs/sha256"))) {
            assertThat(blobs).hasSize(2);
        }
    }

    @Test
    void packsTheSameContentToTheSameBlob() throws IOException {
        var file = write("text", TestBundle.content(1, 500_000));

        assertThat(bundle.pack(file)).isEqualTo(bundle.pack(file));
    }

    @Test
    void packsAnEmptyFile() throws IOException {
        var packed = bundle.pack(write("empty", new byte[0]));

        assertThat(packed.size()).isZero();
        assertThat(packed.blob().encoding()).isEqualTo(Encoding.IDENTITY);
    }

    @Test
    void keepsBlobsUnderTheirDigest() throws IOException {
        var digest = bundle.addBlob(new ByteArrayInputStream(new byte[] {1, 2, 3}));

        assertThat(digest).isEqualTo(Digest.of(new byte[] {1, 2, 3}));
        assertThat(bundle.blobSize(digest)).isEqualTo(3);
        try (var in = bundle.openBlob(digest)) {
            assertThat(in.readAllBytes()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void refusesABlobThatIsNotThere() {
        var refused = catchThrowableOfType(ProblemException.class, () -> bundle.openBlob(Digest.of(new byte[0])));

        assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_CORRUPT);
    }

    @Test
    void refusesADirectoryWithoutManifest() {
        var refused = catchThrowableOfType(ProblemException.class, () -> BundleDirectory.open(directory));

        assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_NOT_FOUND);
    }

    @Test
    void findsAFlippedBitInABlob() throws IOException {
        var verified = build(TestBundle.content(1, 100_000));
        var blob = ((Regular) verified.manifest().files().getLast()).blob();
        var file = bundle.root().resolve("blobs/sha256").resolve(blob.digest().hex());
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        var refused = catchThrowableOfType(ProblemException.class, () -> bundle.verifyBlobs(verified));

        assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_CORRUPT);
    }

    @Test
    void readsNoMoreOfAManifestThanIsNeededToRefuseIt() throws IOException {
        bundle.writeManifest(new byte[ManifestCodec.MAXIMUM_BYTES + 1_000_000]);

        assertThat(bundle.manifestBytes()).hasSize(ManifestCodec.MAXIMUM_BYTES + 1);
    }

    private VerifiedManifest build(byte[] kubelet) throws IOException {
        var packed = bundle.pack(write("kubelet", kubelet));
        var file = new Regular("bin/kubelet", true, packed.size(), packed.digest(), packed.blob());
        var manifest = ManifestCodec.write(SampleManifest.of(BundleTree.complete(List.of(file))));
        bundle.writeManifest(manifest);
        return ManifestVerifier.verify(bundle.manifestBytes(), Digest.of(manifest));
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(directory.resolve(name), content);
    }
}
