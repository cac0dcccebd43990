package io.keelson.server.secrets;

import io.keelson.trust.secret.SecretKeyId;
import java.util.List;
import java.util.stream.Stream;

/**
 * The key with which all servers seal.
 *
 * @param former keys that were active earlier and never will be again
 * @param encryptAnew whether secrets of older keys get new data keys, too
 * @param encryptAnewNext the same for the key that comes after this one
 */
public record ActiveKey(SecretKeyId key, List<SecretKeyId> former, boolean encryptAnew, boolean encryptAnewNext) {
    public ActiveKey {
        former = List.copyOf(former);
    }

    static ActiveKey first(SecretKeyId key) {
        return new ActiveKey(key, List.of(), false, false);
    }

    ActiveKey then(SecretKeyId next) {
        return new ActiveKey(
                next, Stream.concat(former.stream(), Stream.of(key)).toList(), encryptAnewNext, false);
    }

    ActiveKey encryptingAnewNext() {
        return new ActiveKey(key, former, encryptAnew, true);
    }
}
