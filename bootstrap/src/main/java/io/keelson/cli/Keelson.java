package io.keelson.cli;

import io.keelson.cli.bundle.BundleCommand;
import io.keelson.cli.context.ContextCommand;
import io.keelson.cli.etcd.EtcdCommand;
import io.keelson.cli.fleet.ApplyCommand;
import io.keelson.cli.fleet.DeleteCommand;
import io.keelson.cli.fleet.DescribeCommand;
import io.keelson.cli.fleet.EventsCommand;
import io.keelson.cli.fleet.GetCommand;
import io.keelson.cli.fleet.KubeconfigCommand;
import io.keelson.cli.fleet.TokenCommand;
import io.keelson.cli.fleet.WaitCommand;
import io.keelson.cli.host.HostCommand;
import io.keelson.cli.node.NodeCommand;
import io.keelson.cli.pool.PoolCommand;
import io.keelson.cli.server.ServerCommand;
import io.keelson.cli.trust.TrustCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of all commands; does nothing itself. */
@Command(
        name = "keelson",
        description = "Runs upstream Kubernetes on your own hosts.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Version.class,
        subcommands = {
            ApplyCommand.class,
            GetCommand.class,
            DescribeCommand.class,
            EventsCommand.class,
            WaitCommand.class,
            DeleteCommand.class,
            KubeconfigCommand.class,
            TokenCommand.class,
            HostCommand.class,
            NodeCommand.class,
            PoolCommand.class,
            EtcdCommand.class,
            BundleCommand.class,
            TrustCommand.class,
            ContextCommand.class,
            ServerCommand.class,
            CompletionCommand.class,
            VersionCommand.class,
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:refused or failed; the problems are on standard error",
            "64:called wrongly",
            "69:the control server did not answer",
            "124:a wait came to its end before its condition did",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  # turn this host into the first control server",
            "  keelson server init --bundle /srv/kubernetes-1.20.2-1 --repository /srv/releases \\",
            "      --online-key online.key --address 192.0.2.10",
            "  # let a host join",
            "  keelson token create --hostname cp-a --out token",
            "  # make a cluster and wait for it",
            "  keelson apply -f cluster.yaml",
            "  keelson wait cluster/prod --for=condition=Ready --timeout 20m",
            "  keelson kubeconfig prod -o prod.kubeconfig",
        })
final class Keelson {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    boolean version;
}
