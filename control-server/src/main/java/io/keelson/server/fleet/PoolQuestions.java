package io.keelson.server.fleet;

import io.keelson.fleet.HostId;
import io.keelson.fleet.Role;
import io.keelson.pool.NodePool;
import io.keelson.pool.PoolRules;
import io.keelson.release.OsRelease;
import io.keelson.server.pool.PoolRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Everything that the judgement of a node pool depends on, from a picture of the fleet. */
final class PoolQuestions {
    private PoolQuestions() {}

    static PoolRules.Question of(FleetImage fleet, NodePool pool, Optional<NodePool> before) {
        var members = fleet.pools().of(pool.name()).stream()
                .filter(record -> record.stage().isNode())
                .map(PoolRecord::host)
                .collect(Collectors.toSet());
        return new PoolRules.Question(
                pool, before, members, fleet.clusters().keySet(), candidates(fleet), fleet.knownBundles());
    }

    private static Map<HostId, PoolRules.Candidate> candidates(FleetImage fleet) {
        var candidates = new HashMap<HostId, PoolRules.Candidate>();
        fleet.hosts().forEach((id, host) -> {
            if (!host.host().revoked()) {
                candidates.put(id, candidate(fleet, host));
            }
        });
        return candidates;
    }

    private static PoolRules.Candidate candidate(FleetImage fleet, FleetHost host) {
        boolean told =
                host.node().filter(node -> node.role() == Role.CONTROL_PLANE).isPresent();
        boolean declared = fleet.clusters().values().stream()
                .anyMatch(cluster -> cluster.spec().controlPlane().contains(host.id()));
        var facts = host.observed().map(seen -> seen.facts());
        return new PoolRules.Candidate(
                fleet.clusterOf(host.id()),
                told || declared,
                facts.flatMap(known -> OsRelease.ofPrettyName(known.osPrettyName())),
                facts.map(known -> known.architecture()).filter(found -> !found.isEmpty()));
    }
}
