package io.keelson.workload;

/**
 * The controller that made a pod, and makes another one when it is gone ({@code metadata.ownerReferences}, the one with
 * {@code controller: true}).
 *
 * @param namespace the pods' own
 * @param kind such as ReplicaSet
 */
public record Owner(String namespace, String kind, String name) {
    /** A DaemonSet's pods belong to the node and are left there. */
    public boolean isDaemonSet() {
        return kind.equals("DaemonSet");
    }

    @Override
    public String toString() {
        return kind + " " + namespace + "/" + name;
    }
}
