package io.keelson.cli;

import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Prints a script that completes commands and options in a shell.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  # in this shell",
            "  source <(keelson completion bash)",
            "  # in every bash",
            "  keelson completion bash > /usr/share/bash-completion/completions/keelson",
            "  # in every zsh",
            "  keelson completion zsh > \"$${fpath[1]}/_keelson\"",
        })
final class CompletionCommand implements Callable<Integer> {
    /** Shells that can complete. */
    enum Shell {
        bash,
        zsh
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    @SuppressWarnings("NullAway.Init")
    Shell shell;

    @Override
    public Integer call() {
        var script = AutoComplete.bash("keelson", spec.root().commandLine());
        var out = Terminal.of(spec).out();
        out.print(
                switch (shell) {
                    case bash -> script;
                    case zsh ->
                        "#compdef keelson\nautoload -U +X compinit && compinit\n"
                                + "autoload -U +X bashcompinit && bashcompinit\n" + script;
                });
        out.flush();
        return ExitCode.OK;
    }
}
