package io.keelson.cli.fleet;

import io.keelson.cli.client.Connection;
import io.keelson.cli.output.SecretFile;
import io.keelson.cli.output.Terminal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code keelson kubeconfig}. */
@Command(
        name = "kubeconfig",
        description = {
            "Gives credentials for kubectl.",
            "kubectl then reaches the cluster through the control server and needs no route to the hosts.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # into a file of its own, readable by you only",
            "  keelson kubeconfig prod -o prod.kubeconfig",
            "  kubectl --kubeconfig prod.kubeconfig get nodes",
            "  # into the file that kubectl uses anyway",
            "  keelson kubeconfig prod --merge",
        })
public final class KubeconfigCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Mixin
    Connection connection = new Connection();

    @Parameters(index = "0", paramLabel = "CLUSTER", description = "Name of the cluster.")
    @SuppressWarnings("NullAway.Init")
    String cluster;

    @ArgGroup(exclusive = true)
    Destination destination = new Destination();

    /** Where it goes; standard output if nothing is said. */
    static final class Destination {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "Write to this file (0600) instead of standard output.")
        @Nullable
        Path file;

        @Option(
                names = "--merge",
                description = "Add to $KUBECONFIG (the first file it names) or ~/.kube/config, and make it current."
                        + " Comments in that file are lost.")
        boolean merge;
    }

    @Override
    public Integer call() {
        String config;
        try (var client = connection.open()) {
            config = client.kubeconfig(cluster);
        }
        var terminal = Terminal.of(spec);
        if (destination.merge) {
            var file = KubeconfigFile.standard(Optional.ofNullable(System.getenv("KUBECONFIG")));
            new KubeconfigFile(file).merge(config);
            terminal.say("merged into " + file + "; kubectl uses cluster " + cluster + " now");
        } else if (destination.file != null) {
            SecretFile.write(destination.file, config);
            terminal.say("written to " + destination.file + "; use it with: kubectl --kubeconfig " + destination.file
                    + " get nodes");
        } else {
            terminal.out().print(config);
            terminal.out().flush();
        }
        return 0;
    }
}
