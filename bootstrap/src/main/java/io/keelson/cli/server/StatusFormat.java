package io.keelson.cli.server;

import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import java.util.Map;

/** How a status is written. The names are what a user types. */
enum StatusFormat {
    text,
    json,
    yaml;

    /** Writes fields in their order; as text by other means than a tree. */
    void write(Terminal terminal, Map<String, Object> fields, Runnable asText) {
        switch (this) {
            case json -> terminal.out().print(StructuredText.json(StructuredText.tree(fields)));
            case yaml -> terminal.out().print(StructuredText.yaml(StructuredText.tree(fields)));
            case text -> asText.run();
        }
    }
}
