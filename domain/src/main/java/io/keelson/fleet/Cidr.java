package io.keelson.fleet;

/**
 * An IPv4 network (RFC 4632).
 *
 * @param network its lowest address; bits behind the prefix are zero
 * @param prefix 0 to 32
 */
public record Cidr(IpAddress network, int prefix) {
    public Cidr {
        if (prefix < 0 || prefix > 32) {
            throw new IllegalArgumentException("prefix length must be 0 to 32: " + prefix);
        }
        if ((network.bits() & ~mask(prefix)) != 0) {
            throw new IllegalArgumentException(network + "/" + prefix + " has host bits; the network is "
                    + IpAddress.of(network.bits() & mask(prefix)) + "/" + prefix);
        }
    }

    /** Reads {@code 10.244.0.0/16}. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,2}")) {
            throw new IllegalArgumentException("not a network (want 10.244.0.0/16): '" + text + "'");
        }
        return new Cidr(new IpAddress(text.substring(0, slash)), Integer.parseInt(text, slash + 1, text.length(), 10));
    }

    private static long mask(int prefix) {
        return 0xffff_ffffL << (32 - prefix) & 0xffff_ffffL;
    }

    /** Whether the address lies in this network. */
    public boolean contains(IpAddress address) {
        return (address.bits() & mask(prefix)) == network.bits();
    }

    /** Whether any address lies in both. */
    public boolean overlaps(Cidr other) {
        return contains(other.network) || other.contains(network);
    }

    /** How many networks of that prefix length fit in; 0 if the prefix is shorter than this one's. */
    public long subnets(int subPrefix) {
        return subPrefix < prefix ? 0 : 1L << (subPrefix - prefix);
    }

    /**
     * The sub-network of that number.
     *
     * @param index from 0, below {@link #subnets}
     */
    public Cidr subnet(int subPrefix, long index) {
        if (index < 0 || index >= subnets(subPrefix)) {
            throw new IllegalArgumentException("no sub-network " + index + " of /" + subPrefix + " in " + this);
        }
        return new Cidr(IpAddress.of(network.bits() + (index << (32 - subPrefix))), subPrefix);
    }

    /**
     * The address at that offset from the network's lowest.
     *
     * @throws IllegalArgumentException if it lies outside
     */
    public IpAddress address(long offset) {
        if (offset < 0 || offset >= 1L << (32 - prefix)) {
            throw new IllegalArgumentException("no address " + offset + " in " + this);
        }
        return IpAddress.of(network.bits() + offset);
    }

    @Override
    public String toString() {
        return network + "/" + prefix;
    }
}
