package io.keelson.cli.server;

import picocli.CommandLine.Command;

/** {@code keelson server authority}. */
@Command(
        name = "authority",
        description = "Looks at and replaces the authority that signs servers and hosts.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AuthorityStatusCommand.class, AuthorityRotateCommand.class, AuthorityTrustCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  keelson server authority status",
            "  keelson server authority rotate",
            "  keelson server authority trust",
        })
final class AuthorityCommand {}
