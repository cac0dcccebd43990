package io.keelson.cli.fleet;

import io.keelson.cli.client.Connection;
import io.keelson.cli.client.JoinInstruction;
import io.keelson.cli.output.SecretFile;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.proto.operator.v1.CreateJoinTokenResponse;
import io.keelson.trust.JoinToken;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keelson token create}. */
@Command(
        name = "create",
        description = {
            "Makes a token with which one host can join once.",
            "The token goes to standard output or a file, the command that uses it to standard error.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # for one host, into a file that only you can read",
            "  keelson token create --hostname cp-a --out token",
            "  # for a host that is enrolled and was installed anew",
            "  keelson token create --hostname cp-a --reinstall --out token",
            "  # straight to the host",
            "  keelson token create --hostname cp-a | ssh root@cp-a 'umask 077; cat > /run/keelson-token'",
            "  # for a script",
            "  keelson token create --ttl 5m -o json",
        })
public final class TokenCreateCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofHours(24);

    /** How the answer is written. */
    enum Format {
        text,
        json
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Option(
            names = "--hostname",
            defaultValue = "",
            paramLabel = "HOST",
            description = "The only host that may use it. Default: any host.")
    String hostname = "";

    @Option(
            names = "--reinstall",
            description = "The host is enrolled already and was installed anew: it keeps its name, zone and address,"
                    + " and its old identity ends when it joins. Needs --hostname.")
    boolean reinstall;

    @Option(
            names = "--ttl",
            defaultValue = "30m",
            paramLabel = "DURATION",
            description = "How long it can be used, at most 24h. Default: 30m.")
    Duration lifetime = Duration.ofMinutes(30);

    @Option(names = "--out", paramLabel = "FILE", description = "Write the token to this file (0600).")
    @Nullable
    Path file;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            paramLabel = "FORMAT",
            description = "text or json. Default: text.")
    Format format = Format.text;

    @Override
    public Integer call() {
        if (lifetime.isZero() || lifetime.compareTo(LONGEST) > 0) {
            throw new ParameterException(spec.commandLine(), "--ttl must be more than 0s and at most 24h");
        }
        if (reinstall && hostname.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--reinstall needs --hostname");
        }
        var context = connection.context();
        CreateJoinTokenResponse created;
        try (var client = connection.open()) {
            created = client.createJoinToken(hostname, reinstall, lifetime);
        }
        var made = JoinToken.parse(created.getToken());
        // What the server itself says of the root is of no use against a server that was stolen.
        var token = context.root().map(made::withRoot).orElse(made).text();
        if (file != null) {
            SecretFile.write(file, token + "\n");
        }
        switch (format) {
            case text -> text(created, token);
            case json -> json(created, token);
        }
        if (context.root().isEmpty()) {
            Terminal.of(spec)
                    .say("The context names no root of the release repository, so the host takes the server's word for"
                            + " it; see 'keelson context add --trusted-root'.");
        }
        return 0;
    }

    private void text(CreateJoinTokenResponse created, String token) {
        var terminal = Terminal.of(spec);
        if (file == null) {
            terminal.out().println(token);
            terminal.out().flush();
        }
        terminal.say("The token works once, until " + Instant.ofEpochMilli(created.getExpiresMillis()) + ", for "
                + (hostname.isEmpty() ? "any host" : "host " + hostname) + ".");
        if (reinstall) {
            terminal.say("What host " + hostname + " was known by before ends when it joins with it.");
        }
        terminal.say("Put it into a file on the host, and run there as root:");
        terminal.say("  " + JoinInstruction.command(created.getEnrolmentEndpoint(), place()));
    }

    private void json(CreateJoinTokenResponse created, String token) {
        var fields = new LinkedHashMap<String, Object>();
        if (file == null) {
            fields.put("token", token);
        } else {
            fields.put("tokenFile", file.toString());
        }
        fields.put("expires", Instant.ofEpochMilli(created.getExpiresMillis()).toString());
        fields.put("enrolmentEndpoint", created.getEnrolmentEndpoint());
        fields.put("command", JoinInstruction.command(created.getEnrolmentEndpoint(), place()));
        Terminal.of(spec).out().print(StructuredText.json(StructuredText.tree(fields)));
    }

    private String place() {
        return file == null ? "TOKEN_FILE" : file.toString();
    }
}
