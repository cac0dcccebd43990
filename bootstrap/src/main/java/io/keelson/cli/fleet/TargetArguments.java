package io.keelson.cli.fleet;

import picocli.CommandLine.Parameters;

/** The arguments of a command about one resource of any kind; used as a picocli mixin. */
final class TargetArguments {
    @Parameters(index = "0", paramLabel = "KIND", description = "host, cluster, node or bundle.")
    @SuppressWarnings("NullAway.Init")
    String kind;

    @Parameters(index = "1", paramLabel = "NAME", description = "Its name.")
    @SuppressWarnings("NullAway.Init")
    String name;
}
