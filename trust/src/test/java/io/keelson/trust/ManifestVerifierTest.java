package io.keelson.trust;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ManifestVerifierTest {
    private static final byte[] MANIFEST = ManifestCodec.write(SampleManifest.full());
    private static final Digest VOUCHED = Digest.of(MANIFEST);

    @Test
    void acceptsExactlyTheBytesThatAreVouchedFor() {
        var verified = ManifestVerifier.verify(MANIFEST, VOUCHED);

        assertThat(verified.manifest()).isEqualTo(SampleManifest.full());
        assertThat(verified.digest()).isEqualTo(VOUCHED);
        assertThat(verified.bytes()).isEqualTo(MANIFEST);
    }

    @Test
    void refusesAFlippedBitAnywhere() {
        for (int i = 0; i < MANIFEST.length; i += 5) {
            var flipped = MANIFEST.clone();
            flipped[i] ^= 1;
            assertRefused(ProblemCode.BUNDLE_CORRUPT, () -> ManifestVerifier.verify(flipped, VOUCHED));
        }
    }

    @Test
    void refusesAManifestThatIsCutOrHasATail() {
        for (int length = 0; length < MANIFEST.length; length += 64) {
            var cut = Arrays.copyOf(MANIFEST, length);
            assertRefused(ProblemCode.BUNDLE_CORRUPT, () -> ManifestVerifier.verify(cut, VOUCHED));
        }
        var longer = Arrays.copyOf(MANIFEST, MANIFEST.length + 1);
        assertRefused(ProblemCode.BUNDLE_CORRUPT, () -> ManifestVerifier.verify(longer, VOUCHED));
    }

    @Test
    void looksAtTheDigestBeforeItParsesAnything() {
        var bomb = "[".repeat(100_000).getBytes(StandardCharsets.US_ASCII);

        assertRefused(ProblemCode.BUNDLE_CORRUPT, () -> ManifestVerifier.verify(bomb, VOUCHED));
    }

    @Test
    void refusesWhatIsVouchedForButNoManifest() {
        var noManifest = "{\"_type\":\"floor\"}".getBytes(StandardCharsets.US_ASCII);

        assertRefused(
                ProblemCode.BUNDLE_MANIFEST_INVALID, () -> ManifestVerifier.verify(noManifest, Digest.of(noManifest)));
    }

    @Test
    void refusesTooManyBytesBeforeItHashesThem() {
        var large = Arrays.copyOf(MANIFEST, ManifestCodec.MAXIMUM_BYTES + 1);

        assertRefused(ProblemCode.BUNDLE_MANIFEST_INVALID, () -> ManifestVerifier.verify(large, VOUCHED));
    }

    @Test
    void staysAsItWasWhenTheCallersBytesChange() {
        var bytes = MANIFEST.clone();
        var verified = ManifestVerifier.verify(bytes, VOUCHED);

        bytes[0] = 'x';
        verified.bytes()[0] = 'y';

        assertThat(verified.bytes()).isEqualTo(MANIFEST);
    }

    @Property(tries = 500)
    void refusesAnythingElseByItsCode(@ForAll byte[] manifest) {
        assertRefused(ProblemCode.BUNDLE_CORRUPT, () -> ManifestVerifier.verify(manifest, VOUCHED));
        assertRefused(
                ProblemCode.BUNDLE_MANIFEST_INVALID, () -> ManifestVerifier.verify(manifest, Digest.of(manifest)));
    }
}
