package io.keelson.workload;

import io.keelson.fleet.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pod, as far as moving it depends on it.
 *
 * @param uid tells it from a later one of the same name
 * @param node empty if it is not scheduled, or on a node that is none of Keelson's
 * @param owner empty for a bare pod: nobody makes another one
 * @param ready as its condition says
 * @param grace {@code terminationGracePeriodSeconds}
 * @param startup from being scheduled to being ready, as this one took; a guess where it is not ready
 * @param deletion when it is to be gone at the latest ({@code deletionTimestamp}); empty if nobody deletes it
 * @param labels its own
 * @param phase as its API says; over as well where it is deleted and every container of it has ended
 * @param mirror whether the kubelet made it from a file on the host, or it is nothing but a look at the node
 * @param emptyDir whether it keeps data on the node that go with it
 * @param claims names of its volume claims, in its namespace
 */
public record Pod(
        ObjectName name,
        String uid,
        Optional<NodeName> node,
        Optional<Owner> owner,
        Phase phase,
        boolean ready,
        Duration grace,
        Duration startup,
        Optional<Instant> deletion,
        Resources requests,
        Map<String, String> labels,
        boolean mirror,
        boolean emptyDir,
        Set<String> claims,
        Placement placement) {
    private static final Set<String> SUCCESSORS_OF_OTHER_NAMES = Set.of("ReplicaSet", "ReplicationController", "Job");

    public Pod {
        labels = Map.copyOf(labels);
        claims = Set.copyOf(claims);
    }

    /** {@code status.phase}. */
    public enum Phase {
        PENDING,
        RUNNING,
        SUCCEEDED,
        FAILED,
        UNKNOWN;

        /** Whether it runs no more and never will. */
        public boolean isOver() {
            return this == SUCCEEDED || this == FAILED;
        }
    }

    /** Whether it belongs to the node and is left there. */
    public boolean staysWithNode() {
        return mirror || owner.filter(Owner::isDaemonSet).isPresent();
    }

    /**
     * Whether nothing of it keeps anybody any more: it is deleted, all of it has ended, and its successor does not wait for its name
     * to be free, as those of a StatefulSet do.
     */
    public boolean hasLeft() {
        return terminating()
                && phase.isOver()
                && owner.filter(of -> !SUCCESSORS_OF_OTHER_NAMES.contains(of.kind()))
                        .isEmpty();
    }

    /** Whether somebody deletes it already. */
    public boolean terminating() {
        return deletion.isPresent();
    }

    /** Whether the eviction API lets it go without a look at budgets (pkg/registry/core/pod/storage, canIgnorePDB). */
    public boolean countsForNobody() {
        return phase.isOver() || phase == Phase.PENDING || terminating();
    }

    /** How a person tells which one it is. */
    @Override
    public String toString() {
        return "pod " + name + owner.map(of -> " (" + of + ")").orElse("");
    }
}
