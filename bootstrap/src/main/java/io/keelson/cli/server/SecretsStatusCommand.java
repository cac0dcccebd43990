package io.keelson.cli.server;

import io.keelson.cli.client.Connection;
import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.StatusOutput;
import io.keelson.cli.output.Terminal;
import io.keelson.cli.output.TextTable;
import io.keelson.proto.operator.v1.SecretsStatusResponse;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keelson server secrets status}. */
@Command(
        name = "status",
        description = {
            "Shows which key seals stored secrets, how many secrets are under it, and which server has which keys.",
            "Keys are named by ids that tell nothing of them.",
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keelson server secrets status", "  keelson server secrets status -o json"})
final class SecretsStatusCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    StatusOutput output = new StatusOutput();

    @Override
    public Integer call() {
        try (var client = connection.open()) {
            var status = client.secretsStatus();
            var terminal = Terminal.of(spec);
            output.write(terminal.out(), fields(status), out -> text(status, out));
            terminal.out().flush();
            terminal.show(OperatorClient.problems(status));
        }
        return 0;
    }

    private static void text(SecretsStatusResponse status, PrintWriter out) {
        out.printf("%-18s%s%n", "active key:", status.getActiveKey().isEmpty() ? "-" : status.getActiveKey());
        out.printf(
                "%-18s%s%n",
                "under it:", status.getSecretsUnderActiveKey() + " of " + status.getSecrets() + " secrets");
        out.printf("%-18s%s%n", "settled:", status.getSettled());
        if (status.getEncryptingAnew() || status.getEncryptingAnewNext()) {
            out.printf(
                    "%-18s%s%n", "encrypted anew:", status.getEncryptingAnew() ? "with this key" : "with the next key");
        }
        out.println();
        var table = new TextTable(List.of("SERVER", "KEYS, NEWEST FIRST", "IN MEMORY ONLY", "SOURCE"));
        status.getServersList()
                .forEach(server -> table.row(List.of(
                        server.getServer(),
                        String.join(", ", server.getInFileList()),
                        String.join(", ", server.getInMemoryList()),
                        server.getSource())));
        table.write(out, "");
    }

    private static Map<String, Object> fields(SecretsStatusResponse status) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("activeKey", status.getActiveKey());
        fields.put("secrets", status.getSecrets());
        fields.put("secretsUnderActiveKey", status.getSecretsUnderActiveKey());
        fields.put("settled", status.getSettled());
        fields.put("encryptingAnew", status.getEncryptingAnew());
        fields.put("encryptingAnewNext", status.getEncryptingAnewNext());
        fields.put(
                "servers",
                status.getServersList().stream()
                        .map(server -> {
                            var found = new LinkedHashMap<String, Object>();
                            found.put("server", server.getServer());
                            found.put("inFile", List.copyOf(server.getInFileList()));
                            found.put("inMemory", List.copyOf(server.getInMemoryList()));
                            found.put("source", server.getSource());
                            found.put("problem", server.getProblem());
                            return found;
                        })
                        .toList());
        fields.put(
                "problems",
                OperatorClient.problems(status).stream()
                        .map(problem -> Map.of("code", problem.code().name(), "what", problem.what()))
                        .toList());
        return fields;
    }
}
