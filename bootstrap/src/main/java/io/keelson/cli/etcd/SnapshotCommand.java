package io.keelson.cli.etcd;

import picocli.CommandLine.Command;

/** {@code keelson etcd snapshot}. */
@Command(
        name = "snapshot",
        description = {
            "Lists, asks for and saves snapshots of a cluster's etcd.",
            "Its members take them in turn, as the cluster's spec.etcd.snapshots says, and hand them in to the server,"
                    + " encrypted.",
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {SnapshotListCommand.class, SnapshotTakeCommand.class, SnapshotSaveCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson etcd snapshot list prod",
            "  keelson etcd snapshot take prod",
            "  keelson etcd snapshot save prod 20260102T030405Z-cp-a --out prod.db",
        })
final class SnapshotCommand {}
