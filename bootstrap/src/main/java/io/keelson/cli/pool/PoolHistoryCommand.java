package io.keelson.cli.pool;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.OutputFormat;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.cli.output.TextTable;
import io.keelson.proto.operator.v1.PoolPassage;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson pool history}. */
@Command(
        name = "history",
        description = {
            "Shows what a node pool did with its hosts, oldest first: each stage that a host came to, how long it was in the one"
                    + " before, and why. The server keeps the newest 48 of each host.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson pool history workers",
            "  # one host, all that is kept",
            "  keelson pool history workers --host w-7 --limit 1000",
            "  # for a script",
            "  keelson pool history workers -o json",
        })
final class PoolHistoryCommand implements Callable<Integer> {
    private static final int MOST = 1_000;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "NAME", description = "The node pool.")
    String name = "";

    @Option(names = "--host", defaultValue = "", paramLabel = "HOST", description = "Only this one. Default: all.")
    String host = "";

    @Option(
            names = "--limit",
            defaultValue = "100",
            paramLabel = "COUNT",
            description = "The newest this many, 1 to 1000. Default: 100.")
    int limit = 100;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "table, wide, json or yaml. Default: table.")
    OutputFormat format = OutputFormat.table;

    @Override
    public Integer call() {
        if (format == OutputFormat.name) {
            throw new ParameterException(
                    spec.commandLine(), "there are no names to print; use table, wide, json or yaml");
        }
        if (limit < 1 || limit > MOST) {
            throw new ParameterException(spec.commandLine(), "--limit is 1 to " + MOST + ", not " + limit);
        }
        List<PoolPassage> passages;
        try (var client = connection.open()) {
            passages = client.pools().history(name, host, limit);
        }
        var out = Terminal.of(spec).out();
        switch (format) {
            case table, name, wide -> table(passages, format == OutputFormat.wide, Instant.now());
            case json -> out.print(StructuredText.json(StructuredText.tree(fields(passages))));
            case yaml -> out.print(StructuredText.yaml(StructuredText.tree(fields(passages))));
        }
        return 0;
    }

    private void table(List<PoolPassage> passages, boolean wide, Instant now) {
        var table = new TextTable(List.of(wide ? "TIME" : "AGE", "HOST", "FROM", "TO", "TOOK", "WHY"));
        var took = took(passages);
        for (var passage : passages) {
            var at = Instant.ofEpochMilli(passage.getAtMillis());
            table.row(List.of(
                    wide ? at.toString() : DurationText.of(Duration.between(at, now)),
                    passage.getHost(),
                    passage.getFrom(),
                    passage.getTo(),
                    Optional.ofNullable(took.get(passage.getNumber()))
                            .map(DurationText::of)
                            .orElse(""),
                    passage.getWhy()));
        }
        table.write(Terminal.of(spec).out(), "");
    }

    /** How long each host was in the stage that it left, by the number of the passage; not known for the oldest. */
    private static Map<Long, Duration> took(List<PoolPassage> passages) {
        var entered = new HashMap<String, PoolPassage>();
        var took = new HashMap<Long, Duration>();
        for (var passage : passages) {
            var before = entered.put(passage.getHost(), passage);
            if (before != null && !before.getTo().isEmpty() && before.getTo().equals(passage.getFrom())) {
                took.put(passage.getNumber(), Duration.ofMillis(passage.getAtMillis() - before.getAtMillis()));
            }
        }
        return took;
    }

    private static List<Map<String, Object>> fields(List<PoolPassage> passages) {
        var took = took(passages);
        return passages.stream()
                .map(passage -> {
                    var fields = new LinkedHashMap<String, Object>();
                    fields.put("number", passage.getNumber());
                    fields.put(
                            "time", Instant.ofEpochMilli(passage.getAtMillis()).toString());
                    fields.put("host", passage.getHost());
                    fields.put("from", passage.getFrom());
                    fields.put("to", passage.getTo());
                    Optional.ofNullable(took.get(passage.getNumber()))
                            .ifPresent(each -> fields.put("tookMillis", each.toMillis()));
                    fields.put("why", passage.getWhy());
                    return (Map<String, Object>) fields;
                })
                .toList();
    }
}
