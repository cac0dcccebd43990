package io.keelson.server.drain;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;

/** A node of a cluster; names of nodes are those of one cluster only. */
record ClusterNode(ClusterName cluster, NodeName name) {
    /** As audit entries name it. */
    @Override
    public String toString() {
        return cluster + "/" + name;
    }
}
