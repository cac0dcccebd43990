package io.keelson.trust.bundle;

import io.keelson.problem.ProblemCode;
import io.keelson.release.BundleFile;
import io.keelson.release.Digest;
import io.keelson.trust.ReleasePublicKey;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A bundle that must be refused.
 *
 * @param name says what is wrong with it
 * @param digest of the manifest that the order names
 * @param blobs what the source gives, by digest; what is not in it is not there
 * @param code of the refusal
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record HostileBundle(
        String name,
        byte[] manifest,
        byte[] signatures,
        Digest digest,
        Map<Digest, BlobSource> blobs,
        ProblemCode code) {
    private static final KeyPair KEYS = Keys.generate(Algorithm.ED25519);

    public HostileBundle {
        blobs = Map.copyOf(blobs);
    }

    /** The one key that is trusted. */
    public static ReleasePublicKey trusted() {
        return ReleasePublicKey.of(KEYS.getPublic());
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

    /** Signs whatever it is, unlike the product's signer, which signs nothing that no host would accept. */
    static byte[] sign(byte[] manifest) {
        return sign(manifest, KEYS, trusted().keyId());
    }

    static byte[] sign(byte[] manifest, KeyPair keys, String keyId) {
        try {
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(keys.getPrivate());
            signature.update(manifest);
            return signatures(List.of(keyId, HexFormat.of().formatHex(signature.sign())));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has Ed25519", e);
        }
    }

    /** A signatures file of key ids and signatures in turn. */
    static byte[] signatures(List<String> parts) {
        var entries = new StringBuilder();
        for (int i = 0; i < parts.size(); i += 2) {
            entries.append(i == 0 ? "" : ",")
                    .append("{\"keyid\":\"" + parts.get(i) + "\",\"sig\":\"" + parts.get(i + 1) + "\"}");
        }
        var text = "{\"_type\":\"signatures\",\"formatVersion\":1,\"signatures\":[" + entries + "]}";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
