package io.keelson.cli.trust;

import io.keelson.trust.signing.SigningKeyFile;
import io.keelson.trust.tuf.key.TufSigner;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** With which key is signed; a picocli mixin. */
final class SigningKeyOption {
    @Option(names = "--key", paramLabel = "KEY", description = "The key's file.")
    @Nullable
    String key;

    @Mixin
    PassphraseSource passphrase = new PassphraseSource();

    boolean given() {
        return key != null;
    }

    /** Opens the key; a passphrase is asked for only if there is one. */
    TufSigner open(String chosen) {
        return SigningKeyFile.open(Path.of(chosen), () -> passphrase.read("Passphrase of " + chosen + ": "));
    }
}
