package io.keelson.trust.bundle;

import com.github.luben.zstd.Zstd;
import io.keelson.problem.ProblemCode;
import io.keelson.release.BundleFile.Blob;
import io.keelson.release.BundleFile.Encoding;
import io.keelson.release.BundleFile.Regular;
import io.keelson.release.Digest;
import io.keelson.trust.BundleTree;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.SampleManifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes every bundle that must be refused, out of one that is good; each differs from it in one thing. */
public final class HostileBundles {
    static final byte[] KUBELET = TestBundle.content(11, 6_000);
    static final byte[] PAUSE = TestBundle.content(12, 2_000);
    static final byte[] PACKED = Zstd.compress(KUBELET, 3);

    private final List<HostileBundle> made = new ArrayList<>();

    private HostileBundles() {}

    /** The good one; its code means nothing. */
    public static HostileBundle good() {
        return released("good", manifest(), blobs(), ProblemCode.INTERNAL);
    }

    /** All that must be refused, always in the same order. */
    public static List<HostileBundle> all() {
        var all = new HostileBundles();
        all.made.addAll(HostileBytes.ofManifest());
        all.made.addAll(HostileBlobs.all());
        all.made.addAll(HostileFields.all());
        all.made.addAll(HostilePaths.all());
        return List.copyOf(all.made);
    }

    /** The good manifest as text. */
    static String manifest() {
        var packed = new Regular(
                "bin/kubelet",
                true,
                KUBELET.length,
                Digest.of(KUBELET),
                new Blob(Digest.of(PACKED), PACKED.length, Encoding.ZSTD));
        var plain = new Regular(
                "images/pause.tar",
                false,
                PAUSE.length,
                Digest.of(PAUSE),
                new Blob(Digest.of(PAUSE), PAUSE.length, Encoding.IDENTITY));
        var files = BundleTree.complete(List.of(packed, plain));
        return new String(ManifestCodec.write(SampleManifest.of(files)), StandardCharsets.UTF_8);
    }

    static Map<Digest, BlobSource> blobs() {
        var blobs = new LinkedHashMap<Digest, BlobSource>();
        blobs.put(Digest.of(PACKED), HostileBundle.giving(PACKED));
        blobs.put(Digest.of(PAUSE), HostileBundle.giving(PAUSE));
        return blobs;
    }

    /** A manifest that somebody has released as it is. */
    static HostileBundle released(String name, String manifest, Map<Digest, BlobSource> blobs, ProblemCode code) {
        return released(name, manifest.getBytes(StandardCharsets.UTF_8), blobs, code);
    }

    static HostileBundle released(String name, byte[] manifest, Map<Digest, BlobSource> blobs, ProblemCode code) {
        return new HostileBundle(name, manifest, Digest.of(manifest), blobs, code);
    }

    /** The good manifest with one piece of its text exchanged. */
    static HostileBundle with(String name, String piece, String other, ProblemCode code) {
        var manifest = manifest();
        if (!manifest.contains(piece)) {
            throw new IllegalArgumentException("the good manifest has no " + piece);
        }
        int at = manifest.indexOf(piece);
        var changed = manifest.substring(0, at) + other + manifest.substring(at + piece.length());
        return released(name, changed, blobs(), code);
    }
}
