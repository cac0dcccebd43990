package io.keelson.trust;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.JsonLimits;
import io.keelson.trust.json.JsonObject;
import io.keelson.trust.json.JsonText;
import io.keelson.trust.json.StrictJson;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The signatures file: {@code {"_type":"signatures","formatVersion":1,"signatures":[{"keyid":...,"sig":...}]}}. Key id
 * and signature are hexadecimal, as in TUF 1.0 section 4.2.
 */
final class SignaturesCodec {
    static final int MAXIMUM_BYTES = 16_384;
    private static final int MAXIMUM_SIGNATURES = 32;
    private static final int FORMAT_VERSION = 1;
    private static final Pattern KEY_ID = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SIGNATURE = Pattern.compile("([0-9a-f]{2}){1,256}");
    private static final JsonLimits LIMITS = new JsonLimits(MAXIMUM_BYTES, 4, 1_024);

    private SignaturesCodec() {}

    /** One signature over the manifest's bytes, as hexadecimal digits. */
    record Entry(String keyId, String hex) {
        static Entry of(String keyId, byte[] signature) {
            return new Entry(keyId, HexFormat.of().formatHex(signature));
        }

        byte[] signature() {
            return HexFormat.of().parseHex(hex);
        }
    }

    /** @throws ProblemException {@link ProblemCode#BUNDLE_SIGNATURE_INVALID} */
    static List<Entry> read(byte[] bytes) {
        try {
            var root = StrictJson.readObject(bytes, LIMITS);
            root.requireType("signatures", FORMAT_VERSION);
            var entries = root.list("signatures", MAXIMUM_SIGNATURES, SignaturesCodec::entry);
            root.end();
            var ids = new HashSet<String>();
            for (var entry : entries) {
                if (!ids.add(entry.keyId())) {
                    throw new InvalidJson("$.signatures names key " + entry.keyId() + " twice");
                }
            }
            return entries;
        } catch (InvalidJson e) {
            throw new ProblemException(Refusal.signature("the signatures cannot be read: " + e.getMessage()), e);
        }
    }

    static byte[] write(List<Entry> entries) {
        return JsonText.write(json -> {
            json.writeStartObject();
            json.writeStringField("_type", "signatures");
            json.writeNumberField("formatVersion", FORMAT_VERSION);
            json.writeArrayFieldStart("signatures");
            for (var entry : entries) {
                json.writeStartObject();
                json.writeStringField("keyid", entry.keyId());
                json.writeStringField("sig", entry.hex());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static Entry entry(JsonObject object) throws InvalidJson {
        var keyId = object.text("keyid", KEY_ID);
        var signature = object.text("sig", SIGNATURE);
        object.end();
        return new Entry(keyId, signature);
    }
}
