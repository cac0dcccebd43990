package io.keelson.cli.trust;

import io.keelson.cli.repository.ReleaseDirectory;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which repository; a picocli mixin. */
final class RepositoryOption {
    @Option(
            names = "--repository",
            required = true,
            paramLabel = "DIR",
            description = "The release repository's directory.")
    @SuppressWarnings("NullAway.Init")
    Path path;

    ReleaseDirectory open() {
        return ReleaseDirectory.open(path);
    }

    /** A command that works on the same repository. */
    String next(String command) {
        return "keelson trust " + command + " --repository " + path;
    }
}
