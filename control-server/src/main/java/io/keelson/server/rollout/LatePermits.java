package io.keelson.server.rollout;

import io.keelson.etcd.Lately;
import io.keelson.etcd.MemberPermit;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * What this server has permitted lately. In memory, and of its own leadership only: what an earlier leader permitted is at
 * most one more. One thread.
 */
final class LatePermits {
    private final InstantSource clock;
    private final Map<ClusterName, Instant> relieved = new HashMap<>();
    private final Map<HostId, Instant> defragmented = new HashMap<>();

    LatePermits(InstantSource clock) {
        this.clock = clock;
    }

    /** That was written now. */
    void note(ClusterName cluster, MemberPermit permit) {
        switch (permit) {
            case MemberPermit.Relieve _ -> relieved.put(cluster, clock.instant());
            case MemberPermit.Defragment(var host) -> defragmented.put(host, clock.instant());
            case MemberPermit.Rebuild _, MemberPermit.Refound _, MemberPermit.Lead _ -> {
                // Has its reason in what is seen, which ends with it.
            }
        }
    }

    /** What is not to be permitted there again by itself. */
    Lately of(ClusterName cluster) {
        defragmented.values().removeIf(last -> isOver(last, Lately.DEFRAGMENTATION));
        relieved.values().removeIf(last -> isOver(last, Lately.RELIEF));
        return new Lately(relieved.containsKey(cluster), defragmented.keySet());
    }

    private boolean isOver(Instant last, Duration time) {
        return !clock.instant().isBefore(last.plus(time));
    }
}
