package io.keelson.fleet;

/**
 * A failure domain: what can be lost at once, such as a rack or a room.
 *
 * @param value a DNS label (RFC 1123): 1 to 63 of {@code a-z 0-9 -}, not beginning or ending with a dash
 */
public record Zone(String value) implements Comparable<Zone> {
    public Zone {
        DnsLabel.require("zone", value);
    }

    @Override
    public int compareTo(Zone other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
