package io.keelson.server.kubernetes;

import io.keelson.fleet.ClusterName;

/** Opens clusters' APIs. */
@FunctionalInterface
public interface ClusterApis {
    /**
     * The API of a cluster, with credentials of its own; to be closed after use.
     *
     * @param actor who asked, for the audit log
     * @throws io.keelson.problem.ProblemException {@code CLUSTER_NOT_READY}: no control-plane host of it is connected to this
     *     server
     */
    ClusterApi open(String actor, ClusterName cluster);
}
