package io.keelson.cli.etcd;

import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.output.Terminal;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdMember;
import io.keelson.proto.operator.v1.WantedEtcdUpkeep;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Waits until hosts have done the upkeep that was asked of them. */
final class UpkeepWaiting {
    private final EtcdWaiting waiting;

    UpkeepWaiting(OperatorClient client, Terminal terminal, Duration atMost) {
        this.waiting = new EtcdWaiting(client, terminal, atMost);
    }

    /**
     * Returns when all is done.
     *
     * @param each called once for each host that has done it, with how it is now
     * @throws io.keelson.problem.ProblemException as {@link EtcdWaiting#await}
     */
    void await(UpkeepPlan plan, BiConsumer<WantedEtcdUpkeep, EtcdMember> each) {
        var told = new HashSet<String>();
        waiting.await(plan.cluster().getName(), now -> {
            tell(plan, now, told, each);
            return next(plan, told)
                    .map(host -> now.getCarrying() < now.getSize()
                            ? "host " + host + "; " + now.getCarrying() + " of " + now.getSize()
                                    + " members are sound, and the next one is permitted when all are"
                            : "host " + host);
        });
    }

    private static void tell(
            UpkeepPlan plan, EtcdCluster now, Set<String> told, BiConsumer<WantedEtcdUpkeep, EtcdMember> each) {
        for (var wanted : plan.wanted()) {
            if (UpkeepPlan.done(now, wanted) && told.add(wanted.getHost())) {
                each.accept(wanted, UpkeepPlan.member(now, wanted.getHost()));
            }
        }
    }

    private static Optional<String> next(UpkeepPlan plan, Set<String> told) {
        return plan.wanted().stream()
                .map(WantedEtcdUpkeep::getHost)
                .filter(host -> !told.contains(host))
                .findFirst();
    }
}
