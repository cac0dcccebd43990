package io.keelson.cli.server;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keelson server authority status}. */
@Command(
        name = "status",
        description = "Shows the authorities that sign servers and hosts, and what a rotation waits for.",
        footerHeading = "%nExamples:%n",
        footer = {"  keelson server authority status", "  keelson server authority status -o json"})
final class AuthorityStatusCommand implements Callable<Integer> {
    /** How the answer is written. */
    enum Format {
        text,
        json,
        yaml
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            paramLabel = "FORMAT",
            description = "text, json or yaml. Default: text.")
    Format format = Format.text;

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            var answer = client.hostAuthority();
            var out = Terminal.of(spec).out();
            switch (format) {
                case text -> AuthorityTable.write(out, answer);
                case json -> out.print(StructuredText.json(StructuredText.tree(AuthorityTable.plain(answer))));
                case yaml -> out.print(StructuredText.yaml(StructuredText.tree(AuthorityTable.plain(answer))));
            }
        }
        return 0;
    }
}
