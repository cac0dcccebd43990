package io.keelson.cli.etcd;

import picocli.CommandLine.Command;

/** {@code keelson etcd}. */
@Command(
        name = "etcd",
        description =
                "Shows how the etcd members of clusters are and what fills them, looks after them, and brings them back.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            EtcdStatusCommand.class,
            EtcdUsageCommand.class,
            EtcdDefragCommand.class,
            EtcdMoveLeaderCommand.class,
            SnapshotCommand.class,
            EtcdRecoverCommand.class,
            EtcdRestoreCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson etcd status",
            "  keelson etcd who-ate-my-etcd prod",
            "  keelson etcd defrag prod --dry-run",
            "  keelson etcd snapshot list prod",
        })
public final class EtcdCommand {}
