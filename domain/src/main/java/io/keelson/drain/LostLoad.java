package io.keelson.drain;

import io.keelson.fleet.NodeName;
import io.keelson.workload.Owner;
import io.keelson.workload.Pod;
import io.keelson.workload.WorkPicture;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a node carried before it was emptied, to see later that it runs again. The next node waits for that (k0sctl#537: it
 * was emptied before the ingress was back).
 *
 * @param ready how many pods of each controller were ready in the whole cluster, of those controllers that had one here
 */
public record LostLoad(Map<Owner, Integer> ready) {
    public LostLoad {
        ready = Map.copyOf(ready);
    }

    /** What the node carries now. */
    public static LostLoad of(WorkPicture picture, NodeName node) {
        return new LostLoad(Draining.leaving(picture, node).stream()
                .filter(pod -> !pod.phase().isOver())
                .map(Pod::owner)
                .flatMap(Optional::stream)
                .distinct()
                .collect(Collectors.toMap(owner -> owner, picture::ready)));
    }

    /**
     * Those that are not whole again, each as a clause for a person. One that wants fewer now, or is gone, as after a new
     * rollout, is measured by what it wants.
     */
    public List<String> missing(WorkPicture picture) {
        return ready.entrySet().stream()
                .map(each -> missing(each.getKey(), each.getValue(), picture))
                .flatMap(Optional::stream)
                .sorted()
                .toList();
    }

    private static Optional<String> missing(Owner owner, int before, WorkPicture picture) {
        int due = Math.min(before, picture.wanted().getOrDefault(owner, 0));
        int now = picture.ready(owner);
        return now >= due
                ? Optional.empty()
                : Optional.of(owner + " has " + now + " of " + due + " pods ready that it had before");
    }
}
