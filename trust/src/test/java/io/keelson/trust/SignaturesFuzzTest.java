package io.keelson.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.util.List;

/** Signatures are read or refused, and whatever they are: only the one over the manifest's bytes makes it trusted. */
class SignaturesFuzzTest extends FuzzTest {
    private static final byte[] MANIFEST = Frozen.bytes("bundle/manifest.json");
    private static final byte[] SIGNATURES = Frozen.bytes("bundle/signatures.json");
    private static final ReleasePublicKey KEY = ReleasePublicKey.ofPem(Frozen.bytes("release.pub"));
    private static final List<SignaturesCodec.Entry> GENUINE = SignaturesCodec.read(SIGNATURES);

    @Override
    public List<byte[]> seeds() {
        var two = List.of(GENUINE.getFirst(), new SignaturesCodec.Entry("0".repeat(64), "00".repeat(64)));
        return List.of(SIGNATURES, SignaturesCodec.write(two), SignaturesCodec.write(List.of()));
    }

    @Override
    public List<String> words() {
        return List.of(KEY.keyId(), "signatures", "\"keyid\"", "\"sig\"");
    }

    @Override
    public void accept(byte[] input) {
        try {
            ManifestVerifier.verify(MANIFEST, input, List.of(KEY));
            var entries = SignaturesCodec.read(input);
            assertThat(entries).containsAnyElementsOf(GENUINE);
            assertThat(SignaturesCodec.read(SignaturesCodec.write(entries))).isEqualTo(entries);
        } catch (ProblemException refused) {
            assertThat(refused.problem().code())
                    .isIn(ProblemCode.BUNDLE_SIGNATURE_INVALID, ProblemCode.BUNDLE_KEY_UNKNOWN);
        }
    }
}
