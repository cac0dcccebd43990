package io.keelson.server.api;

import io.keelson.fleet.ClusterName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.FleetImage;

/** Which cluster a request means that may leave it out. */
final class ChosenCluster {
    private ChosenCluster() {}

    /**
     * The one of that name, or the only one.
     *
     * @throws io.keelson.problem.ProblemException CLUSTER_UNKNOWN; RESOURCE_INVALID: none is named, and there is not just one
     */
    static ClusterName of(String named, FleetImage image) {
        var all = image.clusters().keySet();
        if (named.isEmpty() && all.size() == 1) {
            return all.iterator().next();
        }
        if (named.isEmpty()) {
            throw Problem.error(
                            ProblemCode.RESOURCE_INVALID,
                            "there are " + all.size() + " clusters, and none of them is named",
                            Remedy.advise("Name the cluster.", "keelson get clusters"))
                    .asException();
        }
        var name = Names.parse(ResourceKind.CLUSTER, named, ClusterName::new);
        if (!all.contains(name)) {
            throw ClusterRegistry.unknown(name).asException();
        }
        return name;
    }
}
