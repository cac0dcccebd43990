package io.keelson.cli.server;

import picocli.CommandLine.Command;

/** {@code keelson server secrets}. */
@Command(
        name = "secrets",
        description = "Looks after the keys that protect the private keys in the server's store.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {SecretsStatusCommand.class, SecretsRotateCommand.class, SecretsDropOldCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  # as root on the server's host: a new key, the progress, and the end of the older key",
            "  keelson server secrets rotate",
            "  keelson server secrets status",
            "  keelson server secrets drop-old",
        })
final class SecretsCommand {}
