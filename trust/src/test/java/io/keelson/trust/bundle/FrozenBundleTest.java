package io.keelson.trust.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.release.BundleFile;
import io.keelson.release.Digest;
import io.keelson.trust.Frozen;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.ManifestVerifier;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Format version 1 as it was first written: manifest and blobs. */
class FrozenBundleTest {
    private static final Digest MANIFEST =
            new Digest("02ff15e0e40ace1d47bebae22d6fc7b272bc076068093bb4798901ea0f6e9127");

    @TempDir
    Path directory;

    @Test
    void opensVerifiesAndUnpacksABundleOfFormatVersionOne() {
        var bundle = BundleDirectory.open(Frozen.path("bundle"));

        var verified = ManifestVerifier.verify(bundle.manifestBytes(), MANIFEST);
        bundle.verifyBlobs(verified);
        BundleUnpacker.unpack(verified, bundle.source(), directory.resolve("release"), ProgressListener.silent());

        var manifest = verified.manifest().requireKubernetes();
        assertThat(manifest.name().value()).isEqualTo("frozen-1.31.4-1");
        assertThat(manifest.files())
                .extracting(BundleFile::path)
                .containsExactly("bin", "bin/hyperkube", "bin/kubelet", "images", "images/pause.tar");
        assertThat(manifest.component("kubelet").flags()).hasSize(2);
        assertThat(manifest.config("kubelet.yaml").text()).contains("${DNS_ADDRESS}");
        assertThat(directory.resolve("release/bin/hyperkube")).hasContent("kubelet ".repeat(64));
        assertThat(directory.resolve("release/images/pause.tar")).hasContent("pause");
    }

    @Test
    void writesFormatVersionOneAsItWasFirstWritten() {
        var bytes = BundleDirectory.open(Frozen.path("bundle")).manifestBytes();

        assertThat(ManifestCodec.write(ManifestCodec.read(bytes))).isEqualTo(bytes);
    }
}
