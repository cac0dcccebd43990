package io.keelson.trust.bundle;

import static io.keelson.problem.ProblemCode.BUNDLE_CORRUPT;
import static io.keelson.problem.ProblemCode.BUNDLE_KEY_UNKNOWN;
import static io.keelson.problem.ProblemCode.BUNDLE_MANIFEST_INVALID;
import static io.keelson.problem.ProblemCode.BUNDLE_SIGNATURE_INVALID;

import io.keelson.problem.ProblemCode;
import io.keelson.release.Digest;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Manifests and signatures that are not the bytes that were signed, or were signed and are no manifest. */
final class HostileBytes {
    private HostileBytes() {}

    static List<HostileBundle> ofManifest() {
        var made = new ArrayList<HostileBundle>();
        var good = HostileBundles.manifest().getBytes(StandardCharsets.UTF_8);
        var signatures = HostileBundle.sign(good);
        for (int cut = 0; cut < good.length; cut += 64) {
            var bytes = Arrays.copyOf(good, cut);
            made.add(unsigned("manifest cut at " + cut, bytes, signatures, BUNDLE_SIGNATURE_INVALID));
            made.add(signed("manifest cut at " + cut + ", signed so", bytes));
        }
        for (int at = 0; at < good.length; at += 64) {
            made.add(unsigned(
                    "manifest with bit flipped at " + at, flipped(good, at, 1), signatures, BUNDLE_SIGNATURE_INVALID));
        }
        var text = HostileBundles.manifest();
        for (var trail : List.of("{}", "\0", " x", "]", "}", text)) {
            made.add(signed("manifest with bytes behind it: " + Digest.of(bytes(trail)), text + trail));
        }
        for (var lead : List.of("\ufeff", "\0", "//\n", "[")) {
            made.add(signed("manifest with bytes before it: " + Digest.of(bytes(lead)), lead + text));
        }
        made.add(signed("manifest nested 100,000 deep", nested("[", "]")));
        made.add(signed("manifest of objects nested 100,000 deep", nested("{\"a\":", "}")));
        made.add(signed("manifest above its cap", text + " ".repeat(ManifestCodec.MAXIMUM_BYTES)));
        made.add(signed("manifest in UTF-16", text.getBytes(StandardCharsets.UTF_16)));
        made.add(signed("manifest that is not UTF-8", flipped(good, good.length / 2, 0x80)));
        made.add(signed("manifest that is a list", "[" + text + "]"));
        made.add(signed("manifest that is a text", "\"bundle\""));
        made.add(unsigned(
                "manifest above its cap, unsigned",
                new byte[ManifestCodec.MAXIMUM_BYTES + 1],
                signatures,
                BUNDLE_MANIFEST_INVALID));
        made.add(new HostileBundle(
                "another signed manifest than the order names",
                good,
                signatures,
                Digest.of(new byte[1]),
                HostileBundles.blobs(),
                BUNDLE_CORRUPT));
        return made;
    }

    static List<HostileBundle> ofSignatures() {
        var made = new ArrayList<HostileBundle>();
        var manifest = HostileBundles.manifest().getBytes(StandardCharsets.UTF_8);
        var good = HostileBundle.sign(manifest);
        for (int cut = 0; cut < good.length; cut += 32) {
            made.add(
                    unsigned("signatures cut at " + cut, manifest, Arrays.copyOf(good, cut), BUNDLE_SIGNATURE_INVALID));
        }
        var text = new String(good, StandardCharsets.US_ASCII);
        int key = text.indexOf(HostileBundle.trusted().keyId());
        for (int at = 0; at < good.length; at += 8) {
            var bytes = flipped(good, at, 1);
            boolean otherKey = at >= key && at < key + 64 && Character.digit(bytes[at], 16) >= 0;
            var code = otherKey ? BUNDLE_KEY_UNKNOWN : BUNDLE_SIGNATURE_INVALID;
            made.add(unsigned("signatures with bit flipped at " + at, manifest, bytes, code));
        }
        var stranger = Keys.generate(Algorithm.ED25519);
        var strangers = Keys.spkiDigest(stranger.getPublic()).hex();
        var trusted = HostileBundle.trusted().keyId();
        var genuine = text.substring(text.indexOf("\"sig\":\"") + 7, text.indexOf("\"}"));
        made.add(unsigned(
                "signed by a stranger",
                manifest,
                HostileBundle.sign(manifest, stranger, strangers),
                BUNDLE_KEY_UNKNOWN));
        made.add(unsigned(
                "signed by a stranger under the trusted id",
                manifest,
                HostileBundle.sign(manifest, stranger, trusted),
                BUNDLE_SIGNATURE_INVALID));
        made.add(unsigned("no signatures", manifest, HostileBundle.signatures(List.of()), BUNDLE_KEY_UNKNOWN));
        made.add(unsigned(
                "the same signature twice",
                manifest,
                HostileBundle.signatures(List.of(trusted, genuine, trusted, genuine)),
                BUNDLE_SIGNATURE_INVALID));
        made.add(unsigned(
                "the genuine signature under a stranger's id",
                manifest,
                HostileBundle.signatures(List.of(strangers, genuine)),
                BUNDLE_KEY_UNKNOWN));
        made.add(unsigned("signatures with bytes behind", manifest, (text + "{}").getBytes(StandardCharsets.US_ASCII)));
        made.add(unsigned("signatures above their cap", manifest, new byte[20_000]));
        made.add(unsigned("signatures of another type", manifest, manifest));
        return made;
    }

    private static HostileBundle unsigned(String name, byte[] manifest, byte[] signatures) {
        return unsigned(name, manifest, signatures, BUNDLE_SIGNATURE_INVALID);
    }

    private static HostileBundle unsigned(String name, byte[] manifest, byte[] signatures, ProblemCode code) {
        return new HostileBundle(name, manifest, signatures, Digest.of(manifest), HostileBundles.blobs(), code);
    }

    private static HostileBundle signed(String name, String manifest) {
        return HostileBundles.signed(name, manifest, HostileBundles.blobs(), BUNDLE_MANIFEST_INVALID);
    }

    private static HostileBundle signed(String name, byte[] manifest) {
        return HostileBundles.signed(name, manifest, HostileBundles.blobs(), BUNDLE_MANIFEST_INVALID);
    }

    private static String nested(String open, String close) {
        return "{\"_type\":" + open.repeat(100_000) + "1" + close.repeat(100_000) + "}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] flipped(byte[] bytes, int at, int bits) {
        var changed = bytes.clone();
        changed[at] ^= (byte) bits;
        return changed;
    }
}
