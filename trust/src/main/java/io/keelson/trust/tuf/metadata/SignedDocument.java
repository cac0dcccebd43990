package io.keelson.trust.tuf.metadata;

import io.keelson.trust.json.CanonicalJson;
import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.JsonLimits;
import io.keelson.trust.json.JsonObject;
import io.keelson.trust.json.JsonText;
import io.keelson.trust.json.StrictJson;
import io.keelson.trust.tuf.key.KeyRing;
import io.keelson.trust.tuf.key.KeyScheme;
import io.keelson.trust.tuf.key.RoleKeys;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is signed, and the signatures (TUF 1.0 section 4.2). Signatures are over the canonical form of what is signed; since
 * the document is read strictly, that form and the document's meaning are the same thing. Fields that this program does
 * not know are part of it.
 *
 * @param signed the fields that are signed
 * @param signatures hexadecimal by key id, as given: empty or senseless ones too
 */
public record SignedDocument(Map<String, Object> signed, Map<String, String> signatures) {
    private static final int DEPTH = 32;
    private static final int TEXT_LENGTH = 65_536;
    private static final int MAXIMUM_SIGNATURES = 1_024;
    private static final Pattern KEY_ID = Pattern.compile("[!-~]{1,128}");

    public SignedDocument {
        signed = Collections.unmodifiableMap(new LinkedHashMap<>(signed));
        signatures = Collections.unmodifiableMap(new LinkedHashMap<>(signatures));
    }

    private record Entry(String keyId, String signature) {}

    /**
     * Reads a document.
     *
     * @param atMost bytes that are read
     * @throws InvalidJson if it is not strict JSON, or one key has signed twice
     */
    public static SignedDocument read(byte[] bytes, int atMost) throws InvalidJson {
        var root = StrictJson.readObject(bytes, new JsonLimits(atMost, DEPTH, TEXT_LENGTH));
        var signatures = new LinkedHashMap<String, String>();
        for (var entry : root.list("signatures", MAXIMUM_SIGNATURES, SignedDocument::entry)) {
            if (signatures.put(entry.keyId(), entry.signature()) != null) {
                throw new InvalidJson("$.signatures names key " + entry.keyId() + " twice");
            }
        }
        return new SignedDocument(root.object("signed", JsonObject::fields), signatures);
    }

    /** Takes the signed fields one by one. */
    JsonObject fields() {
        return JsonObject.of("$.signed", signed);
    }

    /** What the signatures are over. */
    public byte[] canonical() {
        return CanonicalJson.encode(signed);
    }

    /** How many of a role's keys have signed it; see {@link KeyRing#signers}. */
    public int signers(KeyRing keys, RoleKeys role, Set<KeyScheme> accepted) {
        return keys.signers(role, canonical(), signatures, accepted);
    }

    /** With one more signature, or another one by the same key. */
    public SignedDocument with(String keyId, String signature) {
        var more = new LinkedHashMap<>(signatures);
        more.put(keyId, signature);
        return new SignedDocument(signed, more);
    }

    /** As a file. */
    public byte[] bytes() {
        List<Map<String, String>> entries = new ArrayList<>();
        signatures.forEach((id, signature) -> {
            var entry = new LinkedHashMap<String, String>();
            entry.put("keyid", id);
            entry.put("sig", signature);
            entries.add(entry);
        });
        var document = new LinkedHashMap<String, Object>();
        document.put("signatures", entries);
        document.put("signed", signed);
        return JsonText.write(document);
    }

    private static Entry entry(JsonObject object) throws InvalidJson {
        return new Entry(object.text("keyid", KEY_ID), object.text("sig"));
    }
}
