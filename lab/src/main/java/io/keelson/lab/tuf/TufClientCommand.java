package io.keelson.lab.tuf;

import io.keelson.problem.ProblemException;
import io.keelson.trust.tuf.client.TrustPolicy;
import io.keelson.trust.tuf.client.TufClient;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.fetch.UrlFetcher;
import io.keelson.trust.tuf.store.DirectoryStore;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * {@code init TRUSTED_ROOT}, {@code refresh} and {@code download} over the product's own client, as the conformance suite
 * of TUF wants them. Exit status 0: done; 1: refused or impossible, with the reason on the error stream.
 */
public final class TufClientCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long BYTES_PER_SECOND = 16_384;
    private static final long LARGEST_ROOT = 512_000;

    private final InstantSource clock;
    private final PrintStream errors;

    /** A command with a clock; what goes wrong is told to {@code errors}. */
    public TufClientCommand(InstantSource clock, PrintStream errors) {
        this.clock = clock;
        this.errors = errors;
    }

    /** Runs one command line. */
    public int run(String... args) {
        try {
            run(Arguments.parse(args));
            return 0;
        } catch (ProblemException e) {
            e.problems().forEach(problem -> errors.println(problem.render()));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            errors.println("tuf-client: " + e.getMessage());
        }
        return 1;
    }

    private void run(Arguments arguments) {
        var store = new DirectoryStore(Path.of(arguments.one("--metadata-dir")));
        switch (arguments.word(0)) {
            case "init" -> TufClient.initialise(store, bytes(arguments.word(1)), TrustPolicy.SPECIFICATION);
            case "refresh" -> client(store, arguments).update().close();
            case "download" -> download(store, arguments);
            default -> throw new IllegalArgumentException("there is no command '" + arguments.word(0) + "'");
        }
    }

    private TufClient client(DirectoryStore store, Arguments arguments) {
        var metadata = URI.create(arguments.one("--metadata-url"));
        var fetcher = new UrlFetcher(PATIENCE, BYTES_PER_SECOND);
        return new TufClient(store, metadata, fetcher, clock, TrustPolicy.SPECIFICATION);
    }

    private void download(DirectoryStore store, Arguments arguments) {
        var base = URI.create(arguments.one("--target-base-url"));
        var directory = Path.of(arguments.one("--target-dir"));
        var targets =
                arguments.all("--target-name").stream().map(TargetPath::new).toList();
        try (var update = client(store, arguments).update()) {
            for (var target : targets) {
                update.download(target, base, directory.resolve(target.flatName()));
            }
        }
    }

    private static byte[] bytes(String file) {
        var path = Path.of(file);
        try {
            if (Files.size(path) > LARGEST_ROOT) {
                throw new IllegalArgumentException(file + " is larger than any root");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
