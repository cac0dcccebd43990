package io.keelson.server.fleet;

import io.keelson.fleet.Cidr;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterNetwork;
import io.keelson.fleet.ClusterSpec;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.release.BundleName;
import java.time.Instant;
import java.util.List;

/** The stored form of {@link RegisteredCluster}, version 1. */
record StoredCluster(
        String bundle,
        String pods,
        String services,
        String dnsDomain,
        List<String> controlPlane,
        List<Pool> pools,
        long createdMillis,
        long generation,
        boolean removing) {
    record Pool(String name, List<String> hosts) {}

    static StoredCluster of(RegisteredCluster cluster) {
        var spec = cluster.spec();
        return new StoredCluster(
                spec.bundle().value(),
                spec.network().pods().toString(),
                spec.network().services().toString(),
                spec.network().dnsDomain(),
                ids(spec.controlPlane()),
                spec.pools().stream()
                        .map(pool -> new Pool(pool.name().value(), ids(pool.hosts())))
                        .toList(),
                cluster.created().toEpochMilli(),
                cluster.generation(),
                cluster.removing());
    }

    RegisteredCluster toDomain(ClusterName name, long version) {
        var spec = new ClusterSpec(
                name,
                new BundleName(bundle),
                new ClusterNetwork(Cidr.parse(pods), Cidr.parse(services), dnsDomain),
                hosts(controlPlane),
                pools.stream()
                        .map(pool -> new ClusterSpec.Pool(new PoolName(pool.name()), hosts(pool.hosts())))
                        .toList());
        return new RegisteredCluster(spec, Instant.ofEpochMilli(createdMillis), generation, removing, version);
    }

    private static List<String> ids(List<HostId> hosts) {
        return hosts.stream().map(HostId::value).toList();
    }

    private static List<HostId> hosts(List<String> ids) {
        return ids.stream().map(HostId::new).toList();
    }
}
