package io.keelson.trust.tuf.key;

import io.keelson.release.Digest;
import io.keelson.trust.json.CanonicalJson;
import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.JsonObject;
import io.keelson.trust.json.Quoted;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.util.Map;
import java.util.Optional;

/**
 * A key as metadata names it. One that this program cannot use, because of its type, scheme or text, is kept but never
 * counts.
 *
 * @param id what signatures and roles call it
 * @param form the JSON that it was read from or is written as, fields unknown to this program included
 * @param usable how to verify with it
 */
public record TufKey(String id, Map<String, Object> form, Optional<Usable> usable) {
    /**
     * A key and the one way to use it.
     *
     * @param value names the key by what it is, whatever id or scheme it is given
     */
    public record Usable(KeyScheme scheme, PublicKey key, Digest value) {}

    /**
     * Reads a key (TUF 1.0 section 4.2: KEY).
     *
     * @throws InvalidJson if fields are missing, or its id should be recomputed and is another
     */
    public static TufKey read(String id, JsonObject object, KeyIds ids) throws InvalidJson {
        var keyType = object.text("keytype");
        var scheme = object.text("scheme");
        String text = object.object("keyval", value -> value.text("public"));
        var form = object.fields();
        if (ids == KeyIds.RECOMPUTED && !idOf(form).equals(id)) {
            throw new InvalidJson(object.at() + " is called " + Quoted.text(id) + ", but its id is " + idOf(form));
        }
        return new TufKey(id, form, KeyScheme.of(keyType, scheme).flatMap(known -> usable(known, text)));
    }

    /**
     * The metadata's form of a key of this program.
     *
     * @throws InvalidKeyException if it is neither Ed25519 nor ECDSA P-256
     */
    public static TufKey of(PublicKey key) throws InvalidKeyException {
        var scheme = schemeOf(Keys.algorithmOf(key));
        var type = scheme == KeyScheme.ED25519 ? "ed25519" : "ecdsa";
        Map<String, Object> form = Map.of(
                "keytype", type,
                "scheme", scheme.schemeName(),
                "keyval", Map.of("public", PublicKeyText.write(scheme, key)));
        return new TufKey(idOf(form), form, Optional.of(new Usable(scheme, key, Keys.spkiDigest(key))));
    }

    static KeyScheme schemeOf(Algorithm algorithm) {
        return switch (algorithm) {
            case ED25519 -> KeyScheme.ED25519;
            case ECDSA_P256 -> KeyScheme.ECDSA_P256;
        };
    }

    private static String idOf(Map<String, Object> form) {
        return Digest.of(CanonicalJson.encode(form)).hex();
    }

    private static Optional<Usable> usable(KeyScheme scheme, String text) {
        try {
            var key = PublicKeyText.read(scheme, text);
            return Optional.of(new Usable(scheme, key, Digest.of(key.getEncoded())));
        } catch (InvalidKeyException unusable) {
            return Optional.empty();
        }
    }
}
