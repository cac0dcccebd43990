package io.keelson.cli.trust;

import io.keelson.trust.signing.SigningKeyFile;
import io.keelson.trust.signing.SigningToken;
import io.keelson.trust.signing.TokenUri;
import io.keelson.trust.tuf.key.TufSigner;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** With which key is signed; a picocli mixin. */
final class SigningKeyOption {
    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The key: its file, or pkcs11:token=T;object=NAME?module-path=LIBRARY (RFC 7512).")
    @Nullable
    String key;

    @Mixin
    PassphraseSource passphrase = new PassphraseSource();

    boolean given() {
        return key != null;
    }

    /** Opens the key; a passphrase, or a token's PIN, is asked for only if there is one. */
    TufSigner open(String chosen) {
        if (TokenUri.names(chosen)) {
            var uri = TokenUri.parse(chosen);
            return SigningToken.open(uri, () -> passphrase.read("PIN of token " + uri.token() + ": "));
        }
        return SigningKeyFile.open(Path.of(chosen), () -> passphrase.read("Passphrase of " + chosen + ": "));
    }
}
