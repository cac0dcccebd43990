package io.keelson.cli;

import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "version",
        description = "Shows the version of this command.",
        footerHeading = "%nExamples:%n",
        footer = {"  keelson version", "  # the server's version", "  keelson server status"})
final class VersionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Override
    public Integer call() {
        Terminal.of(spec).out().println("keelson " + Version.current());
        return ExitCode.OK;
    }
}
