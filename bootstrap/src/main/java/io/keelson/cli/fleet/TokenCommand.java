package io.keelson.cli.fleet;

import picocli.CommandLine.Command;

/** {@code keelson token}. */
@Command(
        name = "token",
        description = "Makes the single-use tokens by which hosts join.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = TokenCreateCommand.class,
        footerHeading = "%nExamples:%n",
        footer = {"  keelson token create --hostname cp-a --out token"})
public final class TokenCommand {}
