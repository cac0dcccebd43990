package io.keelson.cli.trust;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the passphrase of a key, or the PIN of a token, comes from: a file or a prompt, never an argument. A picocli mixin. */
final class PassphraseSource {
    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "File whose first line is the passphrase, or the PIN of a token. Default: ask.")
    @Nullable
    Path file;

    /** The passphrase as it is. */
    char[] read(String prompt) {
        return file == null ? asked(prompt) : firstLine(file);
    }

    /** A new passphrase, asked for twice; never empty. */
    char[] readNew() {
        var first = read("Passphrase for the new key: ");
        if (file == null && !Arrays.equals(first, asked("The same again: "))) {
            throw refused("the two passphrases differ", "Run the command again.")
                    .asException();
        }
        if (first.length == 0) {
            throw refused("the passphrase is empty", "Choose one, or say --no-passphrase.")
                    .asException();
        }
        return first;
    }

    private static char[] asked(String prompt) {
        var console = System.console();
        if (console == null || !console.isTerminal()) {
            throw refused("there is no terminal to ask for the passphrase", "Give --passphrase-file.")
                    .asException();
        }
        var typed = console.readPassword("%s", prompt);
        return typed == null ? new char[0] : typed;
    }

    private static char[] firstLine(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.findFirst().orElse("").toCharArray();
        } catch (IOException e) {
            throw new ProblemException(
                    refused("the passphrase file " + file + " cannot be read: " + e, "Name a readable file."), e);
        }
    }

    private static Problem refused(String what, String advice) {
        return Problem.error(ProblemCode.RELEASE_KEY_INVALID, what, Remedy.advise(advice));
    }
}
