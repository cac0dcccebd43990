package io.keelson.trust.tuf.key;

import io.keelson.release.Digest;
import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.JsonObject;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The keys that one document names.
 *
 * @param keys by id, in the document's order
 */
public record KeyRing(Map<String, TufKey> keys) {
    private static final int MAXIMUM_KEYS = 1_024;
    private static final Pattern ID = Pattern.compile("[!-~]{1,128}");

    public KeyRing {
        keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
    }

    /** @throws InvalidJson if a key cannot be read */
    public static KeyRing read(JsonObject object, String field, KeyIds ids) throws InvalidJson {
        var keys = new LinkedHashMap<String, TufKey>();
        for (var entry : object.map(field, MAXIMUM_KEYS, ID, key -> key).entrySet()) {
            keys.put(entry.getKey(), TufKey.read(entry.getKey(), entry.getValue(), ids));
        }
        return new KeyRing(keys);
    }

    /**
     * How many of a role's keys have signed some bytes. Values are counted: the same key under two ids, or with two
     * schemes, is one.
     *
     * @param signatures hexadecimal, by key id; what cannot be read does not count
     * @param accepted signatures by other schemes do not count
     */
    public int signers(RoleKeys role, byte[] bytes, Map<String, String> signatures, Set<KeyScheme> accepted) {
        var signers = new HashSet<Digest>();
        for (var id : role.keyIds()) {
            var usable = Optional.ofNullable(keys.get(id)).flatMap(TufKey::usable);
            var signature = signatures.get(id);
            if (signature != null
                    && usable.isPresent()
                    && accepted.contains(usable.get().scheme())) {
                var key = usable.get();
                if (!signers.contains(key.value()) && verifies(key, bytes, signature)) {
                    signers.add(key.value());
                }
            }
        }
        return signers.size();
    }

    /** What a role's keys are, whatever their ids; a key that cannot be used is known by its id only. */
    public Set<String> values(RoleKeys role) {
        var values = new HashSet<String>();
        for (var id : role.keyIds()) {
            values.add(Optional.ofNullable(keys.get(id))
                    .flatMap(TufKey::usable)
                    .map(key -> key.value().hex())
                    .orElse(id));
        }
        return values;
    }

    private static boolean verifies(TufKey.Usable key, byte[] bytes, String hex) {
        try {
            return key.scheme().verifies(key.key(), bytes, HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException notHexadecimal) {
            return false;
        }
    }
}
