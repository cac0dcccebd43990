package io.keelson.cli.server;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.StatusOutput;
import io.keelson.cli.output.Terminal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keelson server status}. */
@Command(
        name = "status",
        description = "Shows which server answers, which one leads, and their version.",
        footerHeading = "%nExamples:%n",
        footer = {"  keelson server status", "  keelson server status -o json"})
final class ServerStatusCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    StatusOutput output = new StatusOutput();

    @Override
    public Integer call() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("endpoint", connection.context().server());
        try (var client = connection.open()) {
            var asked = Instant.now();
            var info = client.serverInfo();
            fields.put("server", info.getServer());
            fields.put("version", info.getVersion());
            fields.put("leader", info.getLeader());
            fields.put("epoch", info.getEpoch());
            fields.put(
                    "answeredInMillis", Duration.between(asked, Instant.now()).toMillis());
        }
        output.write(
                Terminal.of(spec).out(),
                fields,
                out -> fields.forEach((name, value) -> out.printf("%-18s%s%n", name + ":", value)));
        return 0;
    }
}
