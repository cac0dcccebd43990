package io.keelson.cli.trust;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.trust.signing.SigningKeyFile;
import io.keelson.trust.tuf.key.TufKey;
import java.nio.file.Files;
import java.nio.file.Path;

/** A new file for the half of a key that others are told. */
record PublicFile(Path path) {
    /** A file that is there stays as it is. */
    void requireFree() {
        if (Files.exists(path)) {
            throw Problem.error(
                            ProblemCode.RELEASE_KEY_INVALID,
                            "there is a file already: " + path,
                            Remedy.advise("Choose another name; a key is never overwritten."))
                    .asException();
        }
    }

    void write(TufKey key) {
        var known = key.usable().orElseThrow(() -> new IllegalStateException("a key of a signer can be used"));
        AtomicFile.write(path, SigningKeyFile.publicPem(known.key()), FileMode.PUBLIC);
    }
}
