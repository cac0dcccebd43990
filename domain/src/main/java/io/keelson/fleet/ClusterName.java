package io.keelson.fleet;

/**
 * The name of a Kubernetes cluster, unique at one control server.
 *
 * @param value a DNS label (RFC 1123): 1 to 63 of {@code a-z 0-9 -}, not beginning or ending with a dash
 */
public record ClusterName(String value) implements Comparable<ClusterName> {
    /** Under this name stand the snapshots of the control server's own etcd; no cluster is called so. */
    public static final ClusterName OF_SERVER = new ClusterName("keelson-server");

    public ClusterName {
        DnsLabel.require("cluster name", value);
    }

    @Override
    public int compareTo(ClusterName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
