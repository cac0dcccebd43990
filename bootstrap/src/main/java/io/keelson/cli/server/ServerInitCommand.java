package io.keelson.cli.server;

import io.keelson.agent.host.LinuxHost;
import io.keelson.cli.client.JoinInstruction;
import io.keelson.cli.context.ConfigOption;
import io.keelson.cli.firstserver.FirstServer;
import io.keelson.cli.firstserver.Initialisation;
import io.keelson.cli.firstserver.Initialisation.Foreseen;
import io.keelson.cli.output.StructuredText;
import io.keelson.cli.output.Terminal;
import io.keelson.cli.output.TextTable;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemException;
import io.keelson.trust.bundle.BundleDirectory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code keelson server init}. */
@Command(
        name = "init",
        description = {
            "Turns this host into the first control server: its authority, its etcd, its service, and your access.",
            "It can be interrupted and run again at any point; what holds already is skipped.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # what would be done, and what of it cannot be taken back",
            "  keelson server init --bundle /srv/kubernetes-1.20.2-1 --repository /srv/releases \\",
            "      --online-key online.key --address 192.0.2.10 --dry-run",
            "  # do it",
            "  keelson server init --bundle /srv/kubernetes-1.20.2-1 --repository /srv/releases \\",
            "      --online-key online.key --address 192.0.2.10 --hostname keelson.example.org",
        })
final class ServerInitCommand implements Callable<Integer> {
    /** How the outcome is written. */
    enum Format {
        text,
        json
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    ConfigOption config = new ConfigOption();

    @Option(
            names = "--bundle",
            required = true,
            paramLabel = "DIR",
            description = "Directory of the released bundle whose etcd the server is to use.")
    @SuppressWarnings("NullAway.Init")
    Path bundle;

    @Option(
            names = "--repository",
            required = true,
            paramLabel = "DIR",
            description = "Directory of the release repository that releases the bundle (see 'keelson trust').")
    @SuppressWarnings("NullAway.Init")
    Path repository;

    @Option(
            names = "--online-key",
            paramLabel = "FILE",
            description =
                    "The key that the repository's root lists for snapshot and timestamp. Default: the one that the"
                            + " host has.")
    @Nullable
    Path onlineKey;

    @Option(
            names = "--address",
            required = true,
            paramLabel = "IP",
            description = "Address of this host by which hosts and operators reach it.")
    @SuppressWarnings("NullAway.Init")
    String address;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name of this server and of your context. Default: the host name's first part.")
    @Nullable
    String name;

    @Option(
            names = "--hostname",
            paramLabel = "NAME",
            description = "DNS name that is to stand in the server's certificate; may be repeated. Default: the host"
                    + " name.")
    List<String> hostnames = List.of();

    @Option(names = "--dry-run", description = "Say what would be done; change nothing.")
    boolean dryRun;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "text",
            paramLabel = "FORMAT",
            description = "text or json. Default: text.")
    Format format = Format.text;

    @Override
    public Integer call() throws InterruptedException {
        try (var host = new LinuxHost()) {
            var server = server(hostname(host));
            var initialisation = Initialisation.of(
                    host,
                    server,
                    BundleDirectory.open(bundle),
                    new Initialisation.Releases(repository, Optional.ofNullable(onlineKey)),
                    config.contexts());
            return dryRun ? foresee(initialisation) : run(initialisation, server);
        }
    }

    private FirstServer server(String hostname) {
        try {
            return new FirstServer(
                    new NodeName(name == null ? hostname.replaceFirst("\\..*", "") : name),
                    new IpAddress(address),
                    hostnames.isEmpty() ? List.of(hostname) : hostnames);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int foresee(Initialisation initialisation) {
        var steps = initialisation.foresee();
        switch (format) {
            case json -> Terminal.of(spec).out().print(StructuredText.json(StructuredText.tree(steps)));
            case text -> {
                var table = new TextTable(List.of("STEP", "OUTCOME", "WHAT", "DETAIL", "POINT OF NO RETURN"));
                for (var step : steps) {
                    table.row(List.of(
                            step.step(),
                            switch (step.outcome()) {
                                case HOLDS -> "holds";
                                case WOULD_DO -> "would do";
                                case REFUSED -> "refused";
                            },
                            step.title(),
                            step.detail(),
                            step.finality()));
                }
                table.write(Terminal.of(spec).out(), "");
            }
        }
        return steps.stream().anyMatch(step -> step.outcome() == Foreseen.Outcome.REFUSED) ? 1 : 0;
    }

    private int run(Initialisation initialisation, FirstServer server) throws InterruptedException {
        var terminal = Terminal.of(spec);
        try (var progress = new InitProgress(terminal)) {
            initialisation.run(progress);
            switch (format) {
                case text -> greet(server, progress);
                case json -> json(server, progress);
            }
            return 0;
        } catch (ProblemException e) {
            terminal.say("What was done stays done. After the remedy, run the same command again to go on.");
            throw e;
        }
    }

    private void greet(FirstServer server, InitProgress progress) {
        progress.close();
        var out = Terminal.of(spec).out();
        out.println("Control server " + server.name() + " answers at " + server.operatorEndpoint() + " after "
                + progress.elapsed() + ".");
        out.println("Your access is context '" + server.name() + "' in "
                + config.contexts().path() + ".");
        out.println("To let a host join, make a token here:");
        out.println("  keelson token create --hostname HOST --out token");
        out.println("bring the file to the host, and run there as root:");
        out.println("  " + JoinInstruction.command(server.operatorEndpoint(), "token"));
        out.flush();
    }

    private void json(FirstServer server, InitProgress progress) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("server", server.name().value());
        fields.put("endpoint", server.operatorEndpoint());
        fields.put("context", server.name().value());
        fields.put("contextFile", config.contexts().path().toString());
        fields.put("join", JoinInstruction.command(server.operatorEndpoint(), "TOKEN_FILE"));
        fields.put("steps", progress.finished());
        Terminal.of(spec).out().print(StructuredText.json(StructuredText.tree(fields)));
    }

    private static String hostname(LinuxHost host) {
        return host.files()
                .read(Path.of("/proc/sys/kernel/hostname"))
                .map(bytes -> new String(bytes, java.nio.charset.StandardCharsets.US_ASCII).strip())
                .orElse("");
    }
}
