package io.keelson.trust.bundle;

import com.github.luben.zstd.Zstd;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleFile.Blob;
import io.keelson.release.BundleFile.Encoding;
import io.keelson.release.BundleFile.Regular;
import io.keelson.release.Digest;
import io.keelson.trust.BundleTree;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.SampleManifest;
import io.keelson.trust.VerifiedManifest;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A bundle in memory, whose blobs can be spoilt one by one, and which remembers what was asked of it. */
final class TestBundle implements BlobSource {
    final List<String> requests = new ArrayList<>();
    private final List<BundleFile> files = new ArrayList<>();
    private final Map<Digest, BlobSource> blobs = new HashMap<>();

    static byte[] content(int seed, int size) {
        var bytes = new byte[size];
        var random = new Random(seed);
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (random.nextInt(4) + 'a');
        }
        return bytes;
    }

    TestBundle entry(BundleFile file) {
        files.add(file);
        return this;
    }

    TestBundle plain(String path, byte[] content) {
        return file(path, false, content, content, Encoding.IDENTITY);
    }

    TestBundle packed(String path, boolean executable, byte[] content) {
        return file(path, executable, content, Zstd.compress(content, 3), Encoding.ZSTD);
    }

    TestBundle file(String path, boolean executable, byte[] content, byte[] packed, Encoding encoding) {
        var blob = new Blob(Digest.of(packed), packed.length, encoding);
        files.add(new Regular(path, executable, content.length, Digest.of(content), blob));
        blobs.put(blob.digest(), giving(packed));
        return this;
    }

    /** From now on, the blob of a file is what another source says. */
    TestBundle spoil(String path, BlobSource source) {
        blobs.put(blobOf(path).digest(), source);
        return this;
    }

    TestBundle spoil(String path, byte[] packed) {
        return spoil(path, giving(packed));
    }

    Blob blobOf(String path) {
        return files.stream()
                .filter(f -> f.path().equals(path))
                .map(f -> ((Regular) f).blob())
                .findFirst()
                .orElseThrow();
    }

    VerifiedManifest verified() {
        var manifest = ManifestCodec.write(SampleManifest.of(BundleTree.complete(files)));
        return ManifestVerifier.verify(manifest, Digest.of(manifest));
    }

    @Override
    public InputStream open(Blob blob, long offset) throws java.io.IOException {
        requests.add(blob.digest().hex() + "@" + offset);
        var source = blobs.get(blob.digest());
        if (source == null) {
            throw new FileNotFoundException("no such blob: " + blob.digest());
        }
        return source.open(blob, offset);
    }

    static BlobSource giving(byte[] bytes) {
        return (blob, offset) -> {
            var in = new ByteArrayInputStream(bytes);
            in.skipNBytes(offset);
            return in;
        };
    }
}
