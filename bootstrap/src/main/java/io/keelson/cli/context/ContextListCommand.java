package io.keelson.cli.context;

import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.cli.output.TextTable;
import io.keelson.release.Digest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keelson context list}. */
@Command(
        name = "list",
        description = "Lists all contexts, without their tokens; a star marks the current one.",
        footerHeading = "%nExamples:%n",
        footer = {"  keelson context list", "  keelson context list -o json"})
final class ContextListCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    ConfigOption config = new ConfigOption();

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "table, wide, json, yaml or name. Default: table.")
    OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        var all = config.contexts().read();
        var out = Terminal.of(spec).out();
        var current = all.current().orElse("");
        switch (format) {
            case table, wide -> {
                var table = new TextTable(List.of("CURRENT", "NAME", "SERVER"));
                for (var context : all.contexts()) {
                    table.row(List.of(context.name().equals(current) ? "*" : "", context.name(), context.server()));
                }
                table.write(out, "");
            }
            case name -> all.contexts().forEach(context -> out.println(context.name()));
            case json -> out.print(StructuredText.json(StructuredText.tree(plain(all))));
            case yaml -> out.print(StructuredText.yaml(StructuredText.tree(plain(all))));
        }
        return 0;
    }

    private static Map<String, Object> plain(ContextConfig config) {
        var contexts = config.contexts().stream()
                .map(context -> Map.of(
                        "name",
                        context.name(),
                        "server",
                        context.server(),
                        "trustedRoot",
                        context.root().map(Digest::toString).orElse("")))
                .map(java.util.TreeMap::new)
                .toList();
        var plain = new java.util.LinkedHashMap<String, Object>();
        plain.put("current", config.current().orElse(""));
        plain.put("contexts", contexts);
        return plain;
    }
}
