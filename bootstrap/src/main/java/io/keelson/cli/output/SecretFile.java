package io.keelson.cli.output;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files with credentials that an operator asked for: readable by the owner only, replaced whole or not at all. */
public final class SecretFile {
    private SecretFile() {}

    /**
     * Writes one, 0600, with its parents. A symbolic link stays; what it points to is replaced.
     *
     * @throws ProblemException CONFIGURATION_INVALID if it cannot be written
     */
    public static void write(Path file, String content) {
        try {
            var target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            if (target.getParent() instanceof Path directory) {
                Files.createDirectories(directory);
            }
            AtomicFile.write(target, content.getBytes(StandardCharsets.UTF_8), FileMode.SECRET);
        } catch (IOException | UncheckedIOException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.CONFIGURATION_INVALID,
                            file + " cannot be written: " + e.getMessage(),
                            Remedy.advise("Name a file in a directory that you may write to.")),
                    e);
        }
    }
}
