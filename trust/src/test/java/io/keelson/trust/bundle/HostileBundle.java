package io.keelson.trust.bundle;

import io.keelson.problem.ProblemCode;
import io.keelson.release.BundleFile;
import io.keelson.release.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;

/**
 * A bundle that must be refused.
 *
 * @param name says what is wrong with it
 * @param digest of the manifest that is meant
 * @param blobs what the source gives, by digest; what is not in it is not there
 * @param code of the refusal
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record HostileBundle(
        String name, byte[] manifest, Digest digest, Map<Digest, BlobSource> blobs, ProblemCode code) {
    public HostileBundle {
        blobs = Map.copyOf(blobs);
    }

    /** Where the bundle's bytes come from. */
    public BlobSource source() {
        return (blob, offset) -> {
            var source = blobs.get(blob.digest());
            return source == null ? nothing(blob) : source.open(blob, offset);
        };
    }

    @Override
    public String toString() {
        return name;
    }

    private static InputStream nothing(BundleFile.Blob blob) throws IOException {
        throw new IOException("the source has no " + blob.digest());
    }

    /** Always the same bytes. */
    static BlobSource giving(byte[] bytes) {
        return (blob, offset) -> {
            int from = (int) Math.min(offset, bytes.length);
            return new ByteArrayInputStream(Arrays.copyOfRange(bytes, from, bytes.length));
        };
    }
}
