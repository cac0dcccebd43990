package io.keelson.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A manifest is read or refused with one of two codes; what was read is written to bytes that mean the same. */
class ManifestFuzzTest extends FuzzTest {
    @Override
    public List<byte[]> seeds() {
        var full = ManifestCodec.write(SampleManifest.full());
        var spaced = new String(full, StandardCharsets.UTF_8).replace(",", ",\n  ");
        var level = ManifestCodec.write(SampleLevel.debian());
        return List.of(full, spaced.getBytes(StandardCharsets.UTF_8), level, Frozen.bytes("bundle/manifest.json"));
    }

    @Override
    public List<String> words() {
        return List.of(
                "\"type\":\"symlink\",\"target\":\"../x\"",
                "\"directory\"",
                "..",
                "/",
                "\\u0000",
                "\\ud800",
                "${ADDRESS}",
                "$$",
                "zstd",
                "1099511627777",
                "0755",
                "2026-02-30",
                "9999-12-31");
    }

    @Override
    public void accept(byte[] input) {
        try {
            var manifest = ManifestCodec.read(input);
            var written = ManifestCodec.write(manifest);
            assertThat(ManifestCodec.read(written)).isEqualTo(manifest);
            assertThat(ManifestCodec.write(ManifestCodec.read(written))).isEqualTo(written);
        } catch (ProblemException refused) {
            assertThat(refused.problem().code())
                    .isIn(ProblemCode.BUNDLE_MANIFEST_INVALID, ProblemCode.BUNDLE_UNSAFE_PATH);
            assertThat(refused.problem().what()).hasSizeLessThan(2_000).doesNotContain("\n", "\0");
        }
    }
}
