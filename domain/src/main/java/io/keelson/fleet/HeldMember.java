package io.keelson.fleet;

/**
 * The member of etcd that a host was seen to hold, with a vote, noted beside its data and its keys. Once a host is known to
 * hold one, an empty disk on it is a loss and never a beginning, and data of any other are somebody else's.
 *
 * @param cluster id of the cluster as etcd gave it, 64 bits without a sign; 0 is nobody's
 * @param member id of the member, likewise
 * @param incarnation in which it was seen; see {@link EtcdSpec#incarnation}
 */
public record HeldMember(long cluster, long member, int incarnation) {
    public HeldMember {
        if (cluster == 0 || member == 0) {
            throw new IllegalArgumentException("0 is no id of etcd");
        }
        if (incarnation < EtcdSpec.FOUNDING) {
            throw new IllegalArgumentException("nobody holds a member of incarnation " + incarnation);
        }
    }

    @Override
    public String toString() {
        return Long.toHexString(member) + " of " + Long.toHexString(cluster) + ", incarnation " + incarnation;
    }
}
