package io.keelson.cli.node;

import io.keelson.proto.operator.v1.DrainLimits;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How careful a drain is. */
final class DrainOptions {
    @Option(
            names = "--timeout",
            defaultValue = "10m",
            paramLabel = "DURATION",
            description = "When a node is given up that is not empty by then. At most 24h. Default: 10m.")
    Duration timeout = Duration.ofMinutes(10);

    @Option(
            names = "--grace-period",
            paramLabel = "DURATION",
            description = "The longest that a pod may take to end. Default: what each pod says itself.")
    Optional<Duration> grace = Optional.empty();

    @Option(names = "--delete-emptydir-data", description = "Also evict pods whose data in an emptyDir go with them.")
    boolean emptyDir;

    @Option(names = "--evict-bare-pods", description = "Also evict pods that nobody makes anew; they are gone then.")
    boolean bare;

    @Option(
            names = "--force-after",
            paramLabel = "DURATION",
            description = {
                "From then on delete what budgets keep, without asking them, and forget pods that do not end at all.",
                "Less than --timeout. Default: never."
            })
    Optional<Duration> forceAfter = Optional.empty();

    DrainLimits limits() {
        var limits = DrainLimits.newBuilder()
                .setLimitMillis(timeout.toMillis())
                .setBarePods(bare)
                .setEmptyDir(emptyDir);
        grace.ifPresent(each -> limits.setGraceSeconds(each.toSeconds()));
        forceAfter.ifPresent(each -> limits.setForceAfterMillis(Math.max(1, each.toMillis())));
        return limits.build();
    }
}
