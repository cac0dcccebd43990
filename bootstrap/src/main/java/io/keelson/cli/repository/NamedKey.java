package io.keelson.cli.repository;

import io.keelson.trust.signing.SigningKeyFile;
import io.keelson.trust.tuf.key.TufKey;
import java.nio.file.Path;
import java.security.PublicKey;

/**
 * A public key as somebody has given it.
 *
 * @param name the name of its file, without {@code .pub}
 */
public record NamedKey(String name, TufKey key) {
    /**
     * Reads a {@code .pub} file.
     *
     * @throws io.keelson.problem.ProblemException RELEASE_KEY_INVALID
     */
    public static NamedKey read(Path file) {
        return new NamedKey(KeyNames.nameOf(file), SigningKeyFile.publicKey(file));
    }

    PublicKey publicKey() {
        return key.usable()
                .orElseThrow(() -> new IllegalStateException("a key that was read can be used"))
                .key();
    }
}
