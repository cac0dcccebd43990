package io.keelson.server.api;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.AskEtcdUpkeepRequest;
import io.keelson.proto.operator.v1.WantedEtcdUpkeep;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import java.util.HashMap;
import java.util.Optional;

/** Takes down what operators want to have been done to etcd members; when it is done the cluster loop decides. */
final class EtcdUpkeepRequests {
    private final Fleet fleet;
    private final ClusterRegistry clusters;

    EtcdUpkeepRequests(Fleet fleet, ClusterRegistry clusters) {
        this.fleet = fleet;
        this.clusters = clusters;
    }

    /**
     * Notes it. Counts that were reached already change nothing, so that a request may be sent again.
     *
     * @throws io.keelson.problem.ProblemException CLUSTER_UNKNOWN, HOST_UNKNOWN, RESOURCE_INVALID, RESOURCE_CONFLICT
     */
    void ask(String operator, AskEtcdUpkeepRequest request) {
        var image = fleet.read();
        var name = Names.parse(ResourceKind.CLUSTER, request.getCluster(), ClusterName::new);
        var cluster = Optional.ofNullable(image.clusters().get(name))
                .orElseThrow(() -> ClusterRegistry.unknown(name).asException());
        if (request.getWantedCount() == 0) {
            throw invalid("nothing is asked for");
        }
        var wanted = new HashMap<HostId, EtcdUpkeep>();
        for (var each : request.getWantedList()) {
            var host = Names.parse(ResourceKind.HOST, each.getHost(), HostId::new);
            wanted.merge(host, counts(each, held(image, name, host)), EtcdUpkeep::atLeast);
        }
        clusters.ask(operator, cluster, wanted);
    }

    private static EtcdUpkeep held(FleetImage image, ClusterName cluster, HostId host) {
        return Optional.ofNullable(image.hosts().get(host))
                .flatMap(FleetHost::node)
                .filter(node -> node.cluster().equals(cluster))
                .map(NodeSpec::etcd)
                .filter(etcd -> etcd.own().isPresent())
                .orElseThrow(() -> invalid("host " + host + " holds no etcd member of cluster " + cluster))
                .upkeep();
    }

    private static EtcdUpkeep counts(WantedEtcdUpkeep wanted, EtcdUpkeep ordered) {
        var counts = wanted.getUpkeep();
        if (counts.getDefragmentation() < 0
                || counts.getLeadership() < 0
                || counts.getDefragmentation() > ordered.defragmentation() + 1
                || counts.getLeadership() > ordered.leadership() + 1) {
            throw invalid("host " + wanted.getHost() + " is " + ordered.defragmentation() + " defragmentations and "
                    + ordered.leadership() + " leaderships far; one more of each may be asked for, not "
                    + counts.getDefragmentation() + " and " + counts.getLeadership());
        }
        return new EtcdUpkeep(counts.getDefragmentation(), counts.getLeadership());
    }

    private static io.keelson.problem.ProblemException invalid(String what) {
        return Problem.error(
                        ProblemCode.RESOURCE_INVALID,
                        what,
                        Remedy.advise("See which hosts hold members.", "keelson etcd status"))
                .asException();
    }
}
