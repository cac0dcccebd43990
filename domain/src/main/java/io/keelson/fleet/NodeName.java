package io.keelson.fleet;

/**
 * A host's Kubernetes identity.
 *
 * @param value a DNS label (RFC 1123); Kubernetes would allow dots, etcd member names and units are kept simpler
 */
public record NodeName(String value) implements Comparable<NodeName> {
    public NodeName {
        DnsLabel.require("node name", value);
    }

    @Override
    public int compareTo(NodeName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
