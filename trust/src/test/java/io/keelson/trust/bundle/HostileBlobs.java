package io.keelson.trust.bundle;

import static io.keelson.problem.ProblemCode.BUNDLE_CORRUPT;
import static io.keelson.problem.ProblemCode.HOST_DISK_FULL;

import com.github.luben.zstd.Zstd;
import io.keelson.release.Digest;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Good manifests whose blobs are not what they say. */
final class HostileBlobs {
    private static final byte[] PACKED = HostileBundles.PACKED;
    private static final byte[] PAUSE = HostileBundles.PAUSE;

    private HostileBlobs() {}

    static List<HostileBundle> all() {
        var made = new ArrayList<HostileBundle>();
        for (int at = 0; at < PACKED.length; at += Math.max(1, PACKED.length / 16)) {
            made.add(giving("packed blob with bit flipped at " + at, PACKED, HostileBytes.flipped(PACKED, at, 4)));
        }
        for (int at = 0; at < PAUSE.length; at += PAUSE.length / 8) {
            made.add(giving("plain blob with bit flipped at " + at, PAUSE, HostileBytes.flipped(PAUSE, at, 1)));
        }
        for (var blob : List.of(PACKED, PAUSE)) {
            made.add(giving("blob that is empty, of " + blob.length, blob, new byte[0]));
            made.add(giving("blob one byte shorter, of " + blob.length, blob, Arrays.copyOf(blob, blob.length - 1)));
            made.add(giving("blob one byte longer, of " + blob.length, blob, Arrays.copyOf(blob, blob.length + 1)));
            made.add(giving("blob of the same length, of " + blob.length, blob, TestBundle.content(13, blob.length)));
            made.add(giving("blob of zeros that never ends, of " + blob.length, blob, (b, offset) -> new Endless()));
        }
        made.add(giving("the other blob instead of the plain one", PAUSE, PACKED));
        made.add(giving("the other blob instead of the packed one", PACKED, PAUSE));
        unpackingOtherwise(made);
        // The frame header's unused bit (RFC 8878, section 3.1.1.1.1): the content is the same, the blob is not.
        made.add(giving("packed blob with its unused bit flipped", PACKED, HostileBytes.flipped(PACKED, 4, 0x10)));
        made.add(tooLarge());
        return made;
    }

    /** What the manifest's digests of the packed bytes confirm, and what unpacks to something else all the same. */
    private static void unpackingOtherwise(List<HostileBundle> made) {
        int size = HostileBundles.KUBELET.length;
        made.add(packedAs("bomb of 1000:1", Zstd.compress(new byte[size * 1_000], 19)));
        made.add(packedAs("frame of one byte more", Zstd.compress(new byte[size + 1], 3)));
        made.add(packedAs("frame of one byte less", Zstd.compress(new byte[size - 1], 3)));
        made.add(packedAs("frame of another content", Zstd.compress(new byte[size], 3)));
        made.add(packedAs("frame cut off", Arrays.copyOf(PACKED, PACKED.length - 20)));
        made.add(packedAs("no frame", TestBundle.content(14, 300)));
        made.add(packedAs("bytes behind the frame", Arrays.copyOf(PACKED, PACKED.length + 9)));
        made.add(packedAs("two frames", twice(PACKED)));
        made.add(packedAs("window of 2 GiB", window(31)));
        made.add(packedAs("window of 256 MiB", window(28)));
    }

    private static HostileBundle packedAs(String name, byte[] packed) {
        var manifest = HostileBundles.manifest()
                .replace(Digest.of(PACKED).hex(), Digest.of(packed).hex())
                .replace("\"size\":" + PACKED.length, "\"size\":" + packed.length);
        var blobs = HostileBundles.blobs();
        blobs.put(Digest.of(packed), HostileBundle.giving(packed));
        return HostileBundles.released(name, manifest, blobs, BUNDLE_CORRUPT);
    }

    private static HostileBundle tooLarge() {
        long huge = (1L << 40) - 10_000_000;
        int kubelet = HostileBundles.KUBELET.length;
        int total = kubelet + PAUSE.length;
        var manifest = HostileBundles.manifest()
                .replace("\"size\":" + kubelet, "\"size\":" + huge)
                .replace("\"totalSize\":" + total, "\"totalSize\":" + (huge + PAUSE.length));
        return HostileBundles.released("files of a tebibyte", manifest, HostileBundles.blobs(), HOST_DISK_FULL);
    }

    private static HostileBundle giving(String name, byte[] blob, byte[] instead) {
        return giving(name, blob, HostileBundle.giving(instead));
    }

    private static HostileBundle giving(String name, byte[] blob, BlobSource instead) {
        var blobs = HostileBundles.blobs();
        blobs.put(Digest.of(blob), instead);
        return HostileBundles.released(name, HostileBundles.manifest(), blobs, BUNDLE_CORRUPT);
    }

    private static byte[] twice(byte[] bytes) {
        var both = Arrays.copyOf(bytes, bytes.length * 2);
        System.arraycopy(bytes, 0, both, bytes.length, bytes.length);
        return both;
    }

    /** A frame with one raw block, whose header asks for a window (RFC 8878, section 3.1.1.1.2). */
    private static byte[] window(int log) {
        var content = HostileBundles.KUBELET;
        int header = content.length << 3 | 1;
        var frame = new byte[6 + 3 + content.length];
        var head = new byte[] {
            0x28,
            (byte) 0xb5,
            0x2f,
            (byte) 0xfd,
            0,
            (byte) ((log - 10) << 3),
            (byte) header,
            (byte) (header >> 8),
            (byte) (header >> 16)
        };
        System.arraycopy(head, 0, frame, 0, head.length);
        System.arraycopy(content, 0, frame, head.length, content.length);
        return frame;
    }

    private static final class Endless extends InputStream {
        @Override
        public int read() {
            return 0;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            Arrays.fill(bytes, offset, offset + length, (byte) 0);
            return length;
        }
    }
}
