package io.keelson.server.secrets;

import io.keelson.server.store.Condition;
import io.keelson.server.store.StateStore;
import io.keelson.trust.secret.SecretBox;
import java.util.List;

/**
 * Seals secrets before they reach the store, with the key that is active for all servers, and opens them. Safe for many
 * threads.
 */
public final class Vault {
    private final StateStore store;
    private final KeyRing keys;

    public Vault(StateStore store, KeyRing keys) {
        this.store = store;
        this.keys = keys;
    }

    /**
     * A sealed secret.
     *
     * @param condition must be part of the transaction that stores it: that the active key is still the same. Without
     *     it a secret could be stored under a key that everybody believes unused.
     */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    public record Sealed(byte[] bytes, Condition condition) {}

    /**
     * Seals a secret that is to be stored under that key.
     *
     * @throws io.keelson.problem.ProblemException {@code SERVER_SECRET_KEY_MISSING}: the active key is not in this
     *     server's file
     */
    public Sealed seal(byte[] secret, String context) {
        var entry = store.get(SecretsRecords.ACTIVE);
        // Before the first leader has looked at all servers' keys, each seals with its own newest one.
        var key = entry.map(found -> SecretsRecords.active(found).key()).orElseGet(keys::top);
        var unchanged = entry.map(Condition::unchanged).orElse(Condition.absent(SecretsRecords.ACTIVE));
        return new Sealed(keys.sealing(key).seal(secret, context, key), unchanged);
    }

    /**
     * Opens what was stored under that key.
     *
     * @throws io.keelson.problem.ProblemException {@code SERVER_SECRET_UNREADABLE}
     */
    public byte[] open(byte[] sealed, String context) {
        var key = SecretBox.keyOf(sealed).map(List::of).orElse(List.of());
        return keys.opening(key).open(sealed, context);
    }
}
