package io.keelson.fleet;

/**
 * Workers that are alike.
 *
 * @param value a DNS label (RFC 1123): 1 to 63 of {@code a-z 0-9 -}, not beginning or ending with a dash
 */
public record PoolName(String value) implements Comparable<PoolName> {
    public PoolName {
        DnsLabel.require("pool name", value);
    }

    @Override
    public int compareTo(PoolName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
