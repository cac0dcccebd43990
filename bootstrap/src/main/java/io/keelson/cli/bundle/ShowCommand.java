package io.keelson.cli.bundle;

import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.bundle.BundleDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson bundle show}. */
@Command(
        name = "show",
        description = {
            "Shows what a bundle on disk says about itself.",
            "Says nothing about whether it is released; keelson bundle verify does."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson bundle show kubernetes-1.31.4-1",
        })
public final class ShowCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "table, json or yaml. Default: table.")
    OutputFormat format = OutputFormat.table;

    @Parameters(paramLabel = "DIR", description = "The bundle.")
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Override
    public Integer call() {
        var bundle = BundleDirectory.open(directory);
        var bytes = bundle.manifestBytes();
        var manifest = ManifestCodec.read(bytes);
        var out = Terminal.of(spec).out();
        var tree = StructuredText.parse(new String(bytes, StandardCharsets.UTF_8));
        switch (format) {
            case json -> out.print(StructuredText.json(tree));
            case yaml -> out.print(StructuredText.yaml(tree));
            case table -> new ManifestSummary(manifest, bytes).write(out);
            case wide, name ->
                throw new ParameterException(spec.commandLine(), "-o must be table, json or yaml, not " + format);
        }
        out.flush();
        return 0;
    }
}
