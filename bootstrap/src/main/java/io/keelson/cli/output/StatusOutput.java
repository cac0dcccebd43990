package io.keelson.cli.output;

import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** How a status is written; used as a picocli mixin. */
public final class StatusOutput {
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

    /** Writes the fields for a program, or the text for a person. */
    public void write(PrintWriter out, Map<String, Object> fields, Consumer<PrintWriter> text) {
        switch (format) {
            case text -> text.accept(out);
            case json -> out.print(StructuredText.json(StructuredText.tree(fields)));
            case yaml -> out.print(StructuredText.yaml(StructuredText.tree(fields)));
        }
    }
}
