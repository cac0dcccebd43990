package io.keelson.cli.node;

import picocli.CommandLine.Command;

/** {@code keelson node}. */
@Command(
        name = "node",
        description = "Empties nodes of clusters, and says beforehand what will be in the way.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {NodeDrainCommand.class, Cordoning.Cordon.class, Cordoning.Uncordon.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson node drain w-7 --cluster prod --dry-run",
            "  keelson node drain w-7 --cluster prod",
            "  keelson node uncordon w-7 --cluster prod",
        })
public final class NodeCommand {}
