package io.keelson.cli.trust;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long what is signed is valid; a picocli mixin. */
final class ExpiresOption {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = "--expires",
            paramLabel = "DURATION",
            description = "How long it is valid from now, such as 30d. Default: the root a year, targets 90 days.")
    @Nullable
    Duration lifetime;

    Instant in(Duration unlessSaid) {
        var chosen = lifetime == null ? unlessSaid : lifetime;
        if (chosen.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new ParameterException(spec.commandLine(), "--expires must be at least 1s");
        }
        return Instant.now().plus(chosen);
    }
}
