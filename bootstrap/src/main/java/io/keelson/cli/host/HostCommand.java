package io.keelson.cli.host;

import picocli.CommandLine.Command;

/** {@code keelson host}. */
@Command(
        name = "host",
        description = "Takes hosts out, makes them bare, and takes them their identity away.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {HostRemoveCommand.class, HostResetCommand.class, HostRevokeCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {"  keelson host remove w-7 --dry-run", "  keelson host reset w-7", "  keelson host revoke w-7"})
public final class HostCommand {}
