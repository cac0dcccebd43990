package io.keelson.etcd;

/**
 * The id of a member or of a cluster, as etcd has it: 64 bits without a sign, written in hexadecimal without leading
 * zeros.
 *
 * @param bits all 64 of them; 0 is nobody's
 */
public record EtcdId(long bits) implements Comparable<EtcdId> {
    public EtcdId {
        if (bits == 0) {
            throw new IllegalArgumentException("0 is no id of etcd");
        }
    }

    /**
     * Reads the hexadecimal form.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static EtcdId parse(String hex) {
        if (!hex.matches("[0-9a-f]{1,16}")) {
            throw new IllegalArgumentException("not an id of etcd: '" + hex + "'");
        }
        return new EtcdId(Long.parseUnsignedLong(hex, 16));
    }

    @Override
    public int compareTo(EtcdId other) {
        return Long.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return Long.toHexString(bits);
    }
}
