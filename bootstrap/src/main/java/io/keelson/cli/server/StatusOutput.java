package io.keelson.cli.server;

import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import java.util.Map;
import picocli.CommandLine.Option;

/** How a status is written; used as a picocli mixin. */
final class StatusOutput {
    /** The names are what a user types. */
    enum Format {
        text,
        json,
        yaml
    }

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            paramLabel = "FORMAT",
            description = "text, json or yaml. Default: text.")
    Format format = Format.text;

    /** Writes fields in their order; as text by other means than a tree. */
    void write(Terminal terminal, Map<String, Object> fields, Runnable asText) {
        switch (format) {
            case json -> terminal.out().print(StructuredText.json(StructuredText.tree(fields)));
            case yaml -> terminal.out().print(StructuredText.yaml(StructuredText.tree(fields)));
            case text -> asText.run();
        }
    }
}
