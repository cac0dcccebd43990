package io.keelson.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestVerifierTest {
    private static final byte[] MANIFEST = ManifestCodec.write(SampleManifest.full());
    private static final ReleaseSigner SIGNER = signer(Algorithm.ED25519);
    private static final byte[] SIGNATURES = SIGNER.sign(MANIFEST);
    private static final List<ReleasePublicKey> TRUSTED = List.of(SIGNER.publicKey());

    @ParameterizedTest
    @EnumSource
    void acceptsWhatATrustedKeyHasSigned(Algorithm algorithm) {
        var signer = signer(algorithm);

        var verified = ManifestVerifier.verify(MANIFEST, signer.sign(MANIFEST), List.of(signer.publicKey()));

        assertThat(verified.manifest()).isEqualTo(SampleManifest.full());
        assertThat(verified.digest()).isEqualTo(Digest.of(MANIFEST));
        assertThat(verified.bytes()).isEqualTo(MANIFEST);
    }

    @Test
    void acceptsOneTrustedKeyAmongOthers() {
        var stranger = signer(Algorithm.ED25519);
        var both = SignaturesCodec.write(List.of(entry(stranger.sign(MANIFEST)), entry(SIGNATURES)));

        assertThat(ManifestVerifier.verify(MANIFEST, both, TRUSTED).digest()).isEqualTo(Digest.of(MANIFEST));
    }

    @Test
    void refusesAFlippedBitAnywhereInTheManifest() {
        for (int i = 0; i < MANIFEST.length; i += 5) {
            assertRefused(flipped(MANIFEST, i), SIGNATURES, ProblemCode.BUNDLE_SIGNATURE_INVALID);
        }
    }

    @Test
    void refusesAManifestThatIsCutOrHasATail() {
        for (int length = 0; length < MANIFEST.length; length += 64) {
            assertRefused(Arrays.copyOf(MANIFEST, length), SIGNATURES, ProblemCode.BUNDLE_SIGNATURE_INVALID);
        }
        assertRefused(Arrays.copyOf(MANIFEST, MANIFEST.length + 1), SIGNATURES, ProblemCode.BUNDLE_SIGNATURE_INVALID);
    }

    @Test
    void refusesAFlippedBitAnywhereInTheSignatures() {
        for (int i = 0; i < SIGNATURES.length; i++) {
            var signatures = flipped(SIGNATURES, i);
            var refused = catchThrowableOfType(
                    ProblemException.class, () -> ManifestVerifier.verify(MANIFEST, signatures, TRUSTED));
            assertThat(refused).describedAs("byte " + signatures[0]).isNotNull();
            assertThat(refused.problem().code())
                    .isIn(ProblemCode.BUNDLE_SIGNATURE_INVALID, ProblemCode.BUNDLE_KEY_UNKNOWN);
        }
    }

    @Test
    void looksAtTheSignatureBeforeItParsesAnything() {
        var bomb = "[".repeat(100_000).getBytes(StandardCharsets.US_ASCII);

        assertRefused(bomb, SIGNATURES, ProblemCode.BUNDLE_SIGNATURE_INVALID);
    }

    @Test
    void refusesWhatIsSignedButNoManifest() throws Exception {
        var noManifest = "{\"_type\":\"signatures\"}".getBytes(StandardCharsets.US_ASCII);
        var keys = Keys.generate(Algorithm.ED25519);
        var signature = Signature.getInstance("Ed25519");
        signature.initSign(keys.getPrivate());
        signature.update(noManifest);
        var key = ReleasePublicKey.of(keys.getPublic());
        var signatures = SignaturesCodec.write(List.of(SignaturesCodec.Entry.of(key.keyId(), signature.sign())));

        var refused = catchThrowableOfType(
                ProblemException.class, () -> ManifestVerifier.verify(noManifest, signatures, List.of(key)));

        assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_MANIFEST_INVALID);
    }

    @Test
    void refusesAnUnknownKey() {
        assertRefused(MANIFEST, signer(Algorithm.ED25519).sign(MANIFEST), ProblemCode.BUNDLE_KEY_UNKNOWN);
    }

    @Test
    void refusesEverythingWhenNothingIsTrusted() {
        var refused = catchThrowableOfType(
                ProblemException.class, () -> ManifestVerifier.verify(MANIFEST, SIGNATURES, List.of()));

        assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_KEY_UNKNOWN);
    }

    @Test
    void refusesAManifestThatNobodySigned() {
        assertRefused(MANIFEST, SignaturesCodec.write(List.of()), ProblemCode.BUNDLE_KEY_UNKNOWN);
    }

    @Test
    void refusesAStrangersSignatureUnderATrustedKeysName() {
        var forged = entry(signer(Algorithm.ED25519).sign(MANIFEST));
        var relabelled = new SignaturesCodec.Entry(SIGNER.publicKey().keyId(), forged.hex());

        assertRefused(MANIFEST, SignaturesCodec.write(List.of(relabelled)), ProblemCode.BUNDLE_SIGNATURE_INVALID);
    }

    @Test
    void refusesAnotherAlgorithmUnderATrustedKeysName() {
        var ecdsa = entry(signer(Algorithm.ECDSA_P256).sign(MANIFEST));
        var swapped = new SignaturesCodec.Entry(SIGNER.publicKey().keyId(), ecdsa.hex());

        assertRefused(MANIFEST, SignaturesCodec.write(List.of(swapped)), ProblemCode.BUNDLE_SIGNATURE_INVALID);
    }

    @Test
    void refusesTheSameKeyTwice() {
        var twice = SignaturesCodec.write(List.of(entry(SIGNATURES), entry(SIGNATURES)));

        assertRefused(MANIFEST, twice, ProblemCode.BUNDLE_SIGNATURE_INVALID);
    }

    @Test
    void refusesSignaturesOfAnotherManifest() {
        var other = ManifestCodec.write(SampleManifest.of(List.of(SampleManifest.plain("a", false, "a"))));

        assertRefused(MANIFEST, SIGNER.sign(other), ProblemCode.BUNDLE_SIGNATURE_INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"_type\":\"signatures\",\"formatVersion\":1}",
                "{\"_type\":\"bundle\",\"formatVersion\":1,\"signatures\":[]}",
                "{\"_type\":\"signatures\",\"formatVersion\":2,\"signatures\":[]}",
                "{\"_type\":\"signatures\",\"formatVersion\":1,\"signatures\":[],\"threshold\":0}",
                "{\"_type\":\"signatures\",\"formatVersion\":1,\"signatures\":[]} ,",
                "{\"_type\":\"signatures\",\"formatVersion\":1,\"signatures\":[{\"keyid\":\"x\",\"sig\":\"00\"}]}"
            })
    void refusesSignaturesThatCannotBeReadStrictly(String signatures) {
        assertRefused(MANIFEST, signatures.getBytes(StandardCharsets.UTF_8), ProblemCode.BUNDLE_SIGNATURE_INVALID);
    }

    @Test
    void refusesSignaturesThatAreTooLarge() {
        assertRefused(MANIFEST, Arrays.copyOf(SIGNATURES, 1 << 20), ProblemCode.BUNDLE_SIGNATURE_INVALID);
    }

    @Test
    void signsNothingThatNoHostWouldAccept() {
        var refused = catchThrowableOfType(ProblemException.class, () -> SIGNER.sign(new byte[] {'{', '}'}));

        assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_MANIFEST_INVALID);
    }

    @Test
    void staysAsItWasWhenTheCallersBytesChange() {
        var bytes = MANIFEST.clone();
        var verified = ManifestVerifier.verify(bytes, SIGNATURES, TRUSTED);

        bytes[0] = 'x';
        verified.bytes()[0] = 'y';

        assertThat(verified.bytes()).isEqualTo(MANIFEST);
    }

    @Property(tries = 500)
    void neverFailsInAnotherWayThanByACode(@ForAll byte[] manifest, @ForAll byte[] signatures) {
        var refused = catchThrowableOfType(
                ProblemException.class, () -> ManifestVerifier.verify(manifest, signatures, TRUSTED));

        assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_SIGNATURE_INVALID);
    }

    private static void assertRefused(byte[] manifest, byte[] signatures, ProblemCode code) {
        var refused = catchThrowableOfType(
                ProblemException.class, () -> ManifestVerifier.verify(manifest, signatures, TRUSTED));
        assertThat(refused).isNotNull();
        assertThat(refused.problem().code()).isEqualTo(code);
    }

    private static SignaturesCodec.Entry entry(byte[] signatures) {
        return SignaturesCodec.read(signatures).getFirst();
    }

    private static byte[] flipped(byte[] bytes, int at) {
        var flipped = bytes.clone();
        flipped[at] ^= 1;
        return flipped;
    }

    private static ReleaseSigner signer(Algorithm algorithm) {
        return ReleaseSigner.of(Keys.generate(algorithm).getPrivate());
    }
}
