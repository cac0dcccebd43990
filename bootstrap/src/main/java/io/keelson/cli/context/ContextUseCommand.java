package io.keelson.cli.context;

import io.keelson.cli.output.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson context use}. */
@Command(
        name = "use",
        description = "Makes a context the current one.",
        footerHeading = "%nExamples:%n",
        footer = {"  keelson context use lab"})
final class ContextUseCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "NAME", description = "Name of the context.")
    @SuppressWarnings("NullAway.Init")
    String name;

    @Override
    public Integer call() {
        var file = config.contexts();
        var chosen = file.choose(Optional.of(name));
        file.write(file.read().use(chosen.name()));
        Terminal.of(spec).out().println("current context is " + chosen);
        return 0;
    }
}
