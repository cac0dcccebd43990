package io.keelson.cli.trust;

import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keelson trust show}. */
@Command(
        name = "show",
        description = {
            "Shows a release repository: who signs what, how long it is valid, what is released, which drafts wait for whom.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson trust show --repository releases",
            "  keelson trust show --repository releases -o json",
        })
final class ShowCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    RepositoryOption repository = new RepositoryOption();

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "table, json or yaml. Default: table.")
    OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        var view = RepositoryView.of(repository.open());
        var out = Terminal.of(spec).out();
        switch (format) {
            case table -> view.write(out);
            case json -> out.print(StructuredText.json(StructuredText.tree(view.fields())));
            case yaml -> out.print(StructuredText.yaml(StructuredText.tree(view.fields())));
            case wide, name ->
                throw new ParameterException(spec.commandLine(), "-o must be table, json or yaml, not " + format);
        }
        out.flush();
        return 0;
    }
}
