package io.keelson.cli.fleet;

import io.keelson.cli.client.Connection;
import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.Terminal;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code keelson apply}. */
@Command(
        name = "apply",
        description = {
            "Creates or changes resources from a YAML file.",
            "All documents of the file take effect, or none. The command returns as soon as the server has accepted"
                    + " them; use 'keelson wait' to see them come true.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # make or change a cluster",
            "  keelson apply -f cluster.yaml",
            "  # say what would happen, change nothing",
            "  keelson apply -f cluster.yaml --dry-run",
            "  # from standard input",
            "  sed s/1.20.2-1/1.20.2-2/ cluster.yaml | keelson apply -f -",
        })
public final class ApplyCommand implements Callable<Integer> {
    /** A request larger than this is not a description of a fleet. */
    private static final int LARGEST = 4 * 1024 * 1024;

    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "File with the resources; - for standard input.")
    @SuppressWarnings("NullAway.Init")
    String file;

    @Option(names = "--dry-run", description = "Check everything and say what would happen; change nothing.")
    boolean dryRun;

    @Override
    public Integer call() {
        var manifest = manifest();
        var terminal = Terminal.of(spec);
        try (var client = connection.open()) {
            var answer = client.apply(manifest, dryRun);
            terminal.show(OperatorClient.warnings(answer));
            for (var applied : answer.getAppliedList()) {
                terminal.out()
                        .println(applied.getKind().toLowerCase(Locale.ROOT) + "/" + applied.getName() + " "
                                + applied.getOutcome() + (dryRun ? " (dry run)" : ""));
            }
        }
        return 0;
    }

    private byte[] manifest() {
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            var bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw unusable("is larger than 4 MiB").asException();
            }
            if (new String(bytes, java.nio.charset.StandardCharsets.UTF_8).isBlank()) {
                throw unusable("is empty").asException();
            }
            return bytes;
        } catch (IOException e) {
            throw new ProblemException(unusable("cannot be read: " + e.getMessage()), e);
        }
    }

    private Problem unusable(String why) {
        return Problem.error(
                ProblemCode.RESOURCE_INVALID,
                (file.equals("-") ? "standard input" : file) + " " + why,
                Remedy.advise("Name a YAML file with at least one resource.", "keelson apply --help"));
    }
}
