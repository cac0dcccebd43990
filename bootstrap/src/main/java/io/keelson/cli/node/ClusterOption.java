package io.keelson.cli.node;

import picocli.CommandLine.Option;

/** Which cluster's nodes are meant. */
final class ClusterOption {
    @Option(
            names = "--cluster",
            defaultValue = "",
            paramLabel = "CLUSTER",
            description = "The cluster of the node. Default: the only one that there is.")
    String cluster = "";
}
