package io.keelson.fleet;

/**
 * The networks of a cluster.
 *
 * @param pods split into one /24 per node
 * @param services virtual addresses; the first is the API's, the tenth is the DNS service's
 * @param dnsDomain such as {@code cluster.local}
 */
public record ClusterNetwork(Cidr pods, Cidr services, String dnsDomain) {
    /** Prefix length of a node's part of the pod network. */
    public static final int NODE_PREFIX = 24;

    /** The address of the {@code kubernetes.default} service. */
    public IpAddress apiServiceAddress() {
        return services.address(1);
    }

    /** The address that the cluster's DNS service is to have. */
    public IpAddress dnsAddress() {
        return services.address(10);
    }
}
