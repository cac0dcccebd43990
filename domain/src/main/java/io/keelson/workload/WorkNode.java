package io.keelson.workload;

import io.keelson.fleet.NodeName;
import java.util.List;
import java.util.Map;

/**
 * A node.
 *
 * @param ready what its kubelet last said
 * @param cordoned {@code spec.unschedulable}
 * @param allocatable for pods; their number is the resource {@code pods}
 */
public record WorkNode(
        NodeName name,
        boolean ready,
        boolean cordoned,
        Resources allocatable,
        Map<String, String> labels,
        List<Placement.Taint> taints) {
    public WorkNode {
        labels = Map.copyOf(labels);
        taints = List.copyOf(taints);
    }
}
