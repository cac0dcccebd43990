package io.keelson.cli.pool;

import picocli.CommandLine.Command;

/** {@code keelson pool}. */
@Command(
        name = "pool",
        description = {
            "Shows what node pools do with their hosts, and steers it.",
            "A pool is declared by 'keelson apply', of kind NodePool, and does by itself what follows from that.",
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PoolStatusCommand.class,
            PoolHistoryCommand.class,
            Steering.Pause.class,
            Steering.Resume.class,
            Steering.Cancel.class,
            Steering.Restart.class,
            PoolRetryCommand.class,
            PoolResetCommand.class,
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson pool status workers --watch",
            "  keelson pool pause workers",
            "  keelson pool history workers --host w-7",
        })
public final class PoolCommand {}
