package io.keelson.fleet;

import io.keelson.problem.Problem;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What every host of a cluster is to be.
 *
 * @param nodes one for each host that the cluster names
 * @param warnings what its operator should know; the plan holds nevertheless
 */
public record ClusterPlan(SortedMap<HostId, NodeSpec> nodes, List<Problem> warnings) implements ClusterPlanning {
    public ClusterPlan {
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
        warnings = List.copyOf(warnings);
    }
}
