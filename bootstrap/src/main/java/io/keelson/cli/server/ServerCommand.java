package io.keelson.cli.server;

import picocli.CommandLine.Command;

/** {@code keelson server}. */
@Command(
        name = "server",
        description = "Sets up and looks at the control server.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServerInitCommand.class,
            ServerStatusCommand.class,
            ServerForgetCommand.class,
            ServerEtcdCommand.class,
            ServerRestoreCommand.class,
            AuthorityCommand.class,
            SecretsCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson server init --bundle /srv/kubernetes-1.20.2-1 --repository /srv/releases \\",
            "      --online-key online.key --address 192.0.2.10",
            "  keelson server status",
            "  keelson server etcd status",
            "  keelson server authority status",
        })
public final class ServerCommand {}
