package io.keelson.cli.context;

import io.keelson.cli.output.Terminal;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.release.Releases;
import io.keelson.trust.tuf.metadata.SizeLimits;
import io.keelson.trust.tuf.store.MemoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson context add}. */
@Command(
        name = "add",
        description = "Adds a context, or replaces the one of the same name, and makes it the current one.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  # ca.crt is /etc/keelson/server/pki/ca.crt of the server",
            "  keelson context add prod --server 192.0.2.10:7443 --ca-file ca.crt --token-file token",
            "  # hosts that join begin with this root of the release repository",
            "  keelson context add prod --server 192.0.2.10:7443 --ca-file ca.crt --token-file token \\",
            "    --trusted-root 1.root.json",
        })
final class ContextAddCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "NAME", description = "Name of the context.")
    @SuppressWarnings("NullAway.Init")
    String name;

    @Option(names = "--server", required = true, paramLabel = "HOST:PORT", description = "The operators' port.")
    @SuppressWarnings("NullAway.Init")
    String server;

    @Option(
            names = "--ca-file",
            required = true,
            paramLabel = "FILE",
            description = "PEM of the server's authority; only servers that it signed are trusted.")
    @SuppressWarnings("NullAway.Init")
    Path ca;

    @Option(
            names = "--token-file",
            required = true,
            paramLabel = "FILE",
            description = "File with the bearer token; - for standard input.")
    @SuppressWarnings("NullAway.Init")
    Path token;

    @Option(
            names = "--trusted-root",
            paramLabel = "FILE",
            description = "The release repository's root, from people and not from the server. Tokens that are made in"
                    + " this context hold hosts to it, whatever the server says.")
    @Nullable
    Path root;

    @Override
    public Integer call() {
        if (!server.matches("[^:/\\s]+:\\d{1,5}")) {
            throw new ParameterException(spec.commandLine(), "want --server HOST:PORT, not '" + server + "'");
        }
        var authority = read(ca);
        try {
            if (Pem.certificates(authority.getBytes(StandardCharsets.UTF_8)).isEmpty()) {
                throw unusable(ca, "holds no certificate").asException();
            }
        } catch (IllegalArgumentException e) {
            throw new ProblemException(unusable(ca, "is no PEM certificate: " + e.getMessage()), e);
        }
        var secret = read(token).strip();
        if (secret.isEmpty()) {
            throw unusable(token, "is empty").asException();
        }
        var added = new ServerContext(
                name, server, authority, secret, Optional.ofNullable(root).map(ContextAddCommand::digest));
        var file = config.contexts();
        file.write(file.read().with(added));
        Terminal.of(spec).out().println("current context is " + added);
        return 0;
    }

    private static Digest digest(Path file) {
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(SizeLimits.ROOT + 1);
            Releases.initialise(new MemoryStore(), bytes); // that it is a root, whole, and signed by its own keys
            return Digest.of(bytes);
        } catch (IOException e) {
            throw new ProblemException(unusable(file, "cannot be read: " + e.getMessage()), e);
        }
    }

    private static String read(Path file) {
        try {
            return file.toString().equals("-")
                    ? new String(System.in.readNBytes(64 * 1024), StandardCharsets.UTF_8)
                    : Files.readString(file);
        } catch (IOException e) {
            throw new ProblemException(unusable(file, "cannot be read: " + e.getMessage()), e);
        }
    }

    private static Problem unusable(Path file, String why) {
        return Problem.error(
                ProblemCode.CONFIGURATION_INVALID,
                file + " " + why,
                Remedy.advise("Name the right file.", "keelson context add --help"));
    }
}
