package io.keelson.cli.firstserver;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.trust.signing.SigningKeyFile;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.metadata.Root;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A server's key for snapshot and timestamp is worth something only if the root lists it. */
final class OnlineKeyCheck {
    private OnlineKeyCheck() {}

    /**
     * Reads the key.
     *
     * @return as PEM
     * @throws io.keelson.problem.ProblemException RELEASE_KEY_INVALID if it cannot be read or is under a passphrase;
     *     TRUST_SIGNING_REFUSED if the root does not list it for both roles
     */
    static byte[] read(Path file, Root root) {
        var signer = SigningKeyFile.open(file, () -> {
            throw Problem.error(
                            ProblemCode.RELEASE_KEY_INVALID,
                            file + " is under a passphrase, which nobody could type at a server",
                            Remedy.advise(
                                    "Make a key for the server.", "keelson trust keygen --out online --no-passphrase"))
                    .asException();
        });
        for (var role : List.of(RoleName.SNAPSHOT, RoleName.TIMESTAMP)) {
            if (!root.keysOf(role).keyIds().contains(signer.key().id())) {
                throw Problem.error(
                                ProblemCode.TRUST_SIGNING_REFUSED,
                                "the repository's root, version " + root.version() + ", does not list the key of "
                                        + file + " for " + role,
                                Remedy.advise(
                                        "Give the key that it lists; or have a root signed that lists this one.",
                                        "keelson trust rotate --help"))
                        .asException();
            }
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
