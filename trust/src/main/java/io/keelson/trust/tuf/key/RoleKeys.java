package io.keelson.trust.tuf.key;

import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whose signatures a role needs. More may be wanted than there are keys: then nobody can sign, which is safe.
 *
 * @param keyIds each once
 * @param threshold how many of them, at least 1
 */
public record RoleKeys(List<String> keyIds, int threshold) {
    private static final int MAXIMUM_KEYS = 1_024;
    private static final Pattern ID = Pattern.compile("[!-~]{1,128}");

    public RoleKeys {
        keyIds = List.copyOf(keyIds);
        if (threshold < 1 || new HashSet<>(keyIds).size() != keyIds.size()) {
            throw new IllegalArgumentException("a role has a threshold and names each key once");
        }
    }

    /** @throws InvalidJson if fields are missing, a key is named twice, or the threshold is below 1 */
    public static RoleKeys read(JsonObject object) throws InvalidJson {
        var ids = object.texts("keyids", MAXIMUM_KEYS, ID);
        var threshold = object.integer("threshold");
        if (threshold < 1 || threshold > Integer.MAX_VALUE) {
            throw new InvalidJson(object.at() + ".threshold is " + threshold);
        }
        if (new HashSet<>(ids).size() != ids.size()) {
            throw new InvalidJson(object.at() + ".keyids names a key twice");
        }
        return new RoleKeys(ids, (int) threshold);
    }
}
