package io.keelson.cli.client;

import io.keelson.cli.context.ContextFile;
import io.keelson.cli.context.ServerContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that talks to the control server; used as a picocli mixin. */
public final class Connection {
    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "Context to use instead of the current one (see 'keelson context').")
    @Nullable
    String context;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "${env:KEELSON_CONFIG:-${sys:user.home}/.config/keelson/config.yaml}",
            description = "File with the contexts. Default: $KEELSON_CONFIG, or ~/.config/keelson/config.yaml.")
    Path config = Path.of("config.yaml");

    @Option(
            names = "--request-timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "How long the server may take to answer one request. Default: 30s.")
    Duration requestTimeout = Duration.ofSeconds(30);

    /** The contexts' file. */
    public ContextFile contexts() {
        return new ContextFile(config);
    }

    /** The context that the options choose. */
    public ServerContext context() {
        return contexts().choose(Optional.ofNullable(context));
    }

    /**
     * A client for the chosen context; the caller closes it.
     *
     * @throws io.keelson.problem.ProblemException CONFIGURATION_INVALID if no usable context is chosen
     */
    public OperatorClient open() {
        return OperatorClient.to(context(), requestTimeout);
    }
}
