package io.keelson.cli.etcd;

import picocli.CommandLine.Command;

/** {@code keelson etcd}. */
@Command(
        name = "etcd",
        description = "Shows how the etcd members of clusters are.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = EtcdStatusCommand.class,
        footerHeading = "%nExamples:%n",
        footer = {"  keelson etcd status"})
public final class EtcdCommand {}
