package io.keelson.cli.server;

import picocli.CommandLine.Command;

/** {@code keelson server etcd}. */
@Command(
        name = "etcd",
        description = {
            "Looks at the control server's own etcd, on the server's host; needs no server that answers.",
            "'keelson etcd status' shows it from anywhere.",
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ServerEtcdStatusCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {"  keelson server etcd status"})
final class ServerEtcdCommand {}
