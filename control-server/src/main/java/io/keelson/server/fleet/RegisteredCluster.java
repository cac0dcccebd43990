package io.keelson.server.fleet;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A declared cluster.
 *
 * @param generation rises with every change of the declaration, from 1
 * @param removing its deletion has begun: no host may be assigned to it any more
 * @param upkeep what operators want to have been done to etcd members, by host
 * @param snapshotsAsked how often somebody asked for a snapshot of its etcd out of turn
 * @param refounding the last time that somebody had its etcd begun anew; empty if nobody ever had
 * @param version of its entry in the store; 0 if it is not stored yet
 */
public record RegisteredCluster(
        ClusterSpec spec,
        Instant created,
        long generation,
        boolean removing,
        Map<HostId, EtcdUpkeep> upkeep,
        long snapshotsAsked,
        Optional<RequestedRefounding> refounding,
        long version) {
    public RegisteredCluster {
        upkeep = Map.copyOf(upkeep);
    }

    /** Nobody asked for a snapshot, or for its etcd to be begun anew. */
    public RegisteredCluster(
            ClusterSpec spec,
            Instant created,
            long generation,
            boolean removing,
            Map<HostId, EtcdUpkeep> upkeep,
            long version) {
        this(spec, created, generation, removing, upkeep, 0, Optional.empty(), version);
    }

    /** Its name. */
    public ClusterName name() {
        return spec.name();
    }

    /** The same, to be written, with or without a removal that has begun. */
    RegisteredCluster removing(boolean next) {
        return new RegisteredCluster(spec, created, generation, next, upkeep, snapshotsAsked, refounding, 0);
    }

    /** The same, to be written, with other upkeep. */
    RegisteredCluster wanting(Map<HostId, EtcdUpkeep> next) {
        return new RegisteredCluster(spec, created, generation, removing, next, snapshotsAsked, refounding, 0);
    }

    /** The same, to be written, with one more snapshot asked for. */
    RegisteredCluster snapshotAsked() {
        return new RegisteredCluster(spec, created, generation, removing, upkeep, snapshotsAsked + 1, refounding, 0);
    }

    /** The same, to be written, with an etcd that is to be begun anew. */
    RegisteredCluster refounded(RequestedRefounding next) {
        return new RegisteredCluster(spec, created, generation, removing, upkeep, snapshotsAsked, Optional.of(next), 0);
    }

    /** Whether the declaration names the host. */
    public boolean names(HostId host) {
        return spec.controlPlane().contains(host)
                || spec.pools().stream().anyMatch(pool -> pool.hosts().contains(host));
    }
}
