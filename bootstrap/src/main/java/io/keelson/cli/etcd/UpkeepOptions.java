package io.keelson.cli.etcd;

import java.time.Duration;
import picocli.CommandLine.Option;

/** What commands have in common that ask for upkeep of members. */
final class UpkeepOptions {
    @Option(names = "--dry-run", description = "Show what would be asked for, and ask for nothing.")
    boolean dryRun;

    @Option(names = "--no-wait", description = "Return when it is asked for, not when it is done.")
    boolean noWait;

    @Option(
            names = "--timeout",
            defaultValue = "30m",
            paramLabel = "DURATION",
            description = "How long to wait until it is done. Default: 30m.")
    Duration timeout = Duration.ofMinutes(30);
}
