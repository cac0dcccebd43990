package io.keelson.fleet;

/**
 * One member of an etcd cluster as all members know it.
 *
 * @param name unique in the cluster
 * @param address of the host whose disk holds the data
 * @param clientPort 2379 by default
 * @param peerPort 2380 by default
 */
public record EtcdMember(NodeName name, IpAddress address, int clientPort, int peerPort) {
    /** A member on the standard ports. */
    public static EtcdMember standard(NodeName name, IpAddress address) {
        return new EtcdMember(name, address, 2379, 2380);
    }

    /** {@code https://address:2379}. */
    public String clientUrl() {
        return "https://" + address + ":" + clientPort;
    }

    /** {@code https://address:2380}. */
    public String peerUrl() {
        return "https://" + address + ":" + peerPort;
    }
}
