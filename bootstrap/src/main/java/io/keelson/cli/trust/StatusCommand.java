package io.keelson.cli.trust;

import io.keelson.cli.client.Connection;
import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.StatusOutput;
import io.keelson.cli.output.Terminal;
import io.keelson.cli.output.TextTable;
import io.keelson.proto.operator.v1.PublishedRole;
import io.keelson.proto.operator.v1.ReleaseRepositoryResponse;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code keelson trust status}. */
@Command(
        name = "status",
        description = "Shows the release repository as the control server gives it to hosts, and what hinders them.",
        footerHeading = "%nExamples:%n",
        footer = {"  keelson trust status", "  keelson trust status -o json"})
final class StatusCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Mixin
    StatusOutput output = new StatusOutput();

    @Override
    public Integer call() {
        var terminal = Terminal.of(spec);
        try (var client = connection.open()) {
            var repository = client.releaseRepository();
            output.write(terminal.out(), fields(repository), out -> text(repository, out));
            terminal.out().flush();
            terminal.show(OperatorClient.problems(repository));
        }
        return 0;
    }

    private static void text(ReleaseRepositoryResponse repository, PrintWriter out) {
        var now = Instant.now();
        var table = new TextTable(List.of("ROLE", "VERSION", "VALID FOR", "OF WHOM", "KEYS"));
        for (var role : repository.getRolesList()) {
            var left = Duration.between(now, Instant.ofEpochMilli(role.getExpiresMillis()));
            table.row(List.of(
                    role.getName(),
                    Long.toString(role.getVersion()),
                    left.isPositive() ? DurationText.of(left) : "EXPIRED",
                    role.getThreshold() + " of " + role.getKeyIdsCount(),
                    ids(role.getKeyIdsList())));
        }
        table.write(out, "");
        out.println("This server signs with: " + ids(repository.getOnlineKeyIdsList()));
        out.println("Released: "
                + (repository.getReleasedBundlesCount() == 0
                        ? "no bundle"
                        : String.join(", ", repository.getReleasedBundlesList())));
        out.println("Floor: " + (repository.getFloor().isEmpty() ? "none" : "Kubernetes " + repository.getFloor()));
    }

    private static String ids(List<String> ids) {
        return ids.stream()
                .map(id -> id.substring(0, Math.min(12, id.length())))
                .collect(Collectors.joining(", "));
    }

    private static Map<String, Object> fields(ReleaseRepositoryResponse repository) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put(
                "roles",
                repository.getRolesList().stream().map(StatusCommand::role).toList());
        fields.put("onlineKeyIds", List.copyOf(repository.getOnlineKeyIdsList()));
        fields.put("bundles", List.copyOf(repository.getReleasedBundlesList()));
        fields.put("floor", repository.getFloor());
        fields.put(
                "problems",
                OperatorClient.problems(repository).stream()
                        .map(problem -> Map.of("code", problem.code().name(), "what", problem.what()))
                        .toList());
        return fields;
    }

    private static Map<String, Object> role(PublishedRole role) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("role", role.getName());
        fields.put("version", role.getVersion());
        fields.put("expires", Instant.ofEpochMilli(role.getExpiresMillis()).toString());
        fields.put("threshold", role.getThreshold());
        fields.put("keyIds", List.copyOf(role.getKeyIdsList()));
        return fields;
    }
}
