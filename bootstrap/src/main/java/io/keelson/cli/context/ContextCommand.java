package io.keelson.cli.context;

import picocli.CommandLine.Command;

/** {@code keelson context}. */
@Command(
        name = "context",
        description = "Chooses the control server that the other commands talk to.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ContextListCommand.class, ContextUseCommand.class, ContextAddCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson context list",
            "  keelson context use lab",
            "  keelson context add prod --server 192.0.2.10:7443 --ca-file ca.crt --token-file token",
        })
public final class ContextCommand {}
