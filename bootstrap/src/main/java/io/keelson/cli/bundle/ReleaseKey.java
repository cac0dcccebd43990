package io.keelson.cli.bundle;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.ReleaseKeyFile;
import io.keelson.trust.ReleasePublicKey;
import io.keelson.trust.ReleaseSigner;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;

/** Files of release keys: under a passphrase, or, where a person said so, without one. */
final class ReleaseKey {
    private static final String UNPROTECTED = "-----BEGIN PRIVATE KEY-----";

    private ReleaseKey() {}

    /** Makes a key under a passphrase. */
    static ReleaseSigner create(Path file, char[] passphrase) {
        try {
            return ReleaseKeyFile.create(file, passphrase);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    /** Makes a key that whoever reads the file can use. */
    static ReleaseSigner createUnprotected(Path file) {
        if (Files.exists(file)) {
            throw invalid("there is a file already: " + file, "Choose another name; a key is never overwritten.")
                    .asException();
        }
        var key = Keys.generate(Algorithm.ED25519).getPrivate();
        AtomicFile.write(file, Pem.encode(key), FileMode.SECRET);
        return ReleaseSigner.of(key);
    }

    /** Opens a key; the passphrase is asked for only if there is one. */
    static ReleaseSigner open(Path file, Supplier<char[]> passphrase) {
        var pem = read(file);
        if (new String(pem, StandardCharsets.US_ASCII).contains(UNPROTECTED)) {
            return ReleaseSigner.of(Pem.privateKey(pem));
        }
        var secret = passphrase.get();
        try {
            return ReleaseKeyFile.open(file, secret);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    /** Reads the public half. */
    static ReleasePublicKey publicKey(Path file) {
        return ReleasePublicKey.ofPem(read(file));
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new ProblemException(
                    invalid("the key " + file + " cannot be read: " + e, "Name a readable key with --key."), e);
        }
    }

    private static Problem invalid(String what, String advice) {
        return Problem.error(
                ProblemCode.RELEASE_KEY_INVALID, what, Remedy.advise(advice, "keelson bundle keygen --help"));
    }
}
