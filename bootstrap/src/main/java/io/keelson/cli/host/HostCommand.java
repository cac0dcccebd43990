package io.keelson.cli.host;

import picocli.CommandLine.Command;

/** {@code keelson host}. */
@Command(
        name = "host",
        description = "Takes hosts their identity away.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = HostRevokeCommand.class,
        footerHeading = "%nExamples:%n",
        footer = {"  keelson host revoke w-7"})
public final class HostCommand {}
