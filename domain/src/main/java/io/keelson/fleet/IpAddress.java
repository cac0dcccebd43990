package io.keelson.fleet;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * An IPv4 address as a literal; never resolved by name.
 *
 * @param value such as {@code 192.0.2.7}
 */
public record IpAddress(String value) implements Comparable<IpAddress> {
    public IpAddress {
        if (!(literal(value) instanceof Inet4Address parsed)
                || !parsed.getHostAddress().equals(value)) {
            throw new IllegalArgumentException("not an IPv4 address: '" + value + "'");
        }
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not an IPv4 address: '" + text + "'", e);
        }
    }

    static IpAddress of(long bits) {
        return new IpAddress(
                (bits >> 24 & 0xff) + "." + (bits >> 16 & 0xff) + "." + (bits >> 8 & 0xff) + "." + (bits & 0xff));
    }

    long bits() {
        long bits = 0;
        for (byte part : literal(value).getAddress()) {
            bits = bits << 8 | part & 0xff;
        }
        return bits;
    }

    @Override
    public int compareTo(IpAddress other) {
        return Long.compare(bits(), other.bits());
    }

    @Override
    public String toString() {
        return value;
    }
}
