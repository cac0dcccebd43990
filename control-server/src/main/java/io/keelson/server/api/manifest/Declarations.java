package io.keelson.server.api.manifest;

import io.keelson.fleet.ClusterSpec;
import io.keelson.pool.NodePool;
import java.util.List;

/** What a manifest declares, in its order. */
public record Declarations(List<ClusterSpec> clusters, List<NodePool> pools) {
    public Declarations {
        clusters = List.copyOf(clusters);
        pools = List.copyOf(pools);
    }
}
