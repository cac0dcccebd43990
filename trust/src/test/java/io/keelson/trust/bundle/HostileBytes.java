package io.keelson.trust.bundle;

import static io.keelson.problem.ProblemCode.BUNDLE_CORRUPT;
import static io.keelson.problem.ProblemCode.BUNDLE_MANIFEST_INVALID;

import io.keelson.problem.ProblemCode;
import io.keelson.release.Digest;
import io.keelson.trust.ManifestCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Manifests that are not the bytes that are meant, or are meant and are none. */
final class HostileBytes {
    private HostileBytes() {}

    static List<HostileBundle> ofManifest() {
        var made = new ArrayList<HostileBundle>();
        var good = HostileBundles.manifest().getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut < good.length; cut += 64) {
            var bytes = Arrays.copyOf(good, cut);
            made.add(released("manifest cut at " + cut, bytes));
        }
        var text = HostileBundles.manifest();
        for (var trail : List.of("{}", "\0", " x", "]", "}", text)) {
            made.add(released("manifest with bytes behind it: " + Digest.of(bytes(trail)), text + trail));
        }
        for (var lead : List.of("\ufeff", "\0", "//\n", "[")) {
            made.add(released("manifest with bytes before it: " + Digest.of(bytes(lead)), lead + text));
        }
        made.add(released("manifest nested 100,000 deep", nested("[", "]")));
        made.add(released("manifest of objects nested 100,000 deep", nested("{\"a\":", "}")));
        made.add(released("manifest above its cap", text + " ".repeat(ManifestCodec.MAXIMUM_BYTES)));
        made.add(released("manifest in UTF-16", text.getBytes(StandardCharsets.UTF_16)));
        made.add(released("manifest that is not UTF-8", flipped(good, good.length / 2, 0x80)));
        made.add(released("manifest that is a list", "[" + text + "]"));
        made.add(released("manifest that is a text", "\"bundle\""));
        made.add(other(
                "manifest above its cap, and another",
                new byte[ManifestCodec.MAXIMUM_BYTES + 1],
                BUNDLE_MANIFEST_INVALID));
        made.add(other("another manifest than the order names", another(text), BUNDLE_CORRUPT));
        return made;
    }

    private static byte[] another(String manifest) {
        return bytes(manifest.replace("\"3.5.16\"", "\"3.5.15\""));
    }

    /** Meant is the good one. */
    private static HostileBundle other(String name, byte[] manifest, ProblemCode code) {
        return new HostileBundle(
                name, manifest, Digest.of(bytes(HostileBundles.manifest())), HostileBundles.blobs(), code);
    }

    private static HostileBundle released(String name, String manifest) {
        return HostileBundles.released(name, manifest, HostileBundles.blobs(), BUNDLE_MANIFEST_INVALID);
    }

    private static HostileBundle released(String name, byte[] manifest) {
        return HostileBundles.released(name, manifest, HostileBundles.blobs(), BUNDLE_MANIFEST_INVALID);
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
