package io.keelson.fleet;

/**
 * The identity of an enrolled host, as its certificate names it.
 *
 * @param value a DNS label (RFC 1123): 1 to 63 of {@code a-z 0-9 -}, not beginning or ending with a dash
 */
public record HostId(String value) implements Comparable<HostId> {
    public HostId {
        DnsLabel.require("host id", value);
    }

    @Override
    public int compareTo(HostId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
