package io.keelson.etcd;

import io.keelson.etcd.MemberStatus.Alarm;
import java.util.List;
import java.util.Set;

/**
 * Who takes up how much of the database of one etcd member: names and sizes, never contents. Bytes are those of keys and
 * values; what etcd and its file add to them is not counted.
 *
 * @param version etcd's, such as 3.5.16
 * @param dbBytes size of the database file
 * @param dbInUseBytes of these, what is not free: live keys, what was written and deleted since the last compaction, and
 *     what the tree of the database adds
 * @param alarms all that are raised in the cluster
 * @param keys that are alive
 * @param bytes of these
 * @param complete whether all keys were read in the time that was given; else those that come first by name were
 * @param history of which writes the numbers of writes are
 * @param types such as {@code pods} and {@code widgets.example.com}
 * @param namespaces by name; the one without a name holds what belongs to no namespace
 * @param owners such as {@code ReplicaSet shop/web-5d4f8}; what has none is under {@code manager NAME} of who wrote it, or
 *     without a name
 * @param largest single objects, the largest first
 * @param removables what could be deleted, in no order
 */
public record EtcdUsage(
        String version,
        long dbBytes,
        long dbInUseBytes,
        Set<Alarm> alarms,
        long keys,
        long bytes,
        boolean complete,
        History history,
        Ranking types,
        Ranking namespaces,
        Ranking owners,
        List<StoredObject> largest,
        List<Removable> removables) {
    public EtcdUsage {
        alarms = Set.copyOf(alarms);
        largest = List.copyOf(largest);
        removables = List.copyOf(removables);
    }

    /** What is in use and is no live key: older versions of keys, deleted ones, and what the database adds. */
    public long pastBytes() {
        return Math.max(0, dbInUseBytes - bytes);
    }

    /**
     * Which of the writes that etcd still knows were counted: the newest ones.
     *
     * @param from the first revision that was counted; 0 if none was
     * @param to the last one
     * @param writes puts and deletions
     * @param bytes of what they wrote
     * @param complete whether these are all since the last compaction
     */
    public record History(long from, long to, long writes, long bytes, boolean complete) {
        /** Nothing was counted. */
        public static final History NONE = new History(0, 0, 0, 0, false);
    }

    /**
     * Those with the most bytes and those with the most writes.
     *
     * @param eaters by bytes, the most first
     * @param others all that are not among them together; without a name
     */
    public record Ranking(List<Eater> eaters, Eater others) {
        public Ranking {
            eaters = List.copyOf(eaters);
        }
    }

    /**
     * What belongs together.
     *
     * @param keys that are alive
     * @param bytes of these
     * @param versions how often these keys were written since each was created; keys that are gone do not count
     * @param writes of the history
     * @param writtenBytes of these
     */
    public record Eater(String name, long keys, long bytes, long versions, long writes, long writtenBytes) {}

    /**
     * One object of Kubernetes.
     *
     * @param namespace empty where it has none
     */
    public record StoredObject(String type, String namespace, String name, long bytes) {}

    /**
     * What a person could delete.
     *
     * @param namespace empty where it has none
     * @param name empty if it stands for several objects
     */
    public record Removable(Kind kind, String type, String namespace, String name, long keys, long bytes) {
        /** Why it might be. */
        public enum Kind {
            EVENTS,
            SUCCEEDED_PODS,
            FAILED_PODS,
            FINISHED_JOB,
            /** Objects of a custom resource that nothing owns. */
            UNOWNED_CUSTOM,
            /** A config map or secret. */
            LARGE_OBJECT
        }
    }
}
