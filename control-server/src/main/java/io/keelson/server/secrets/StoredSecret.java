package io.keelson.server.secrets;

import io.keelson.trust.secret.SecretKeyId;
import java.util.Optional;

/**
 * A secret in the store.
 *
 * @param key in the store
 * @param sealedWith empty if it has no known form
 */
public record StoredSecret(String key, Optional<SecretKeyId> sealedWith) {
    boolean isUnder(SecretKeyId key) {
        return sealedWith.filter(key::equals).isPresent();
    }
}
