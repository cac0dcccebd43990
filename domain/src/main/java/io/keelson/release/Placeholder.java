package io.keelson.release;

/**
 * The closed set of names that a bundle's templates may use, written as {@code ${NAME}}. A new name is a change of
 * the agent; a new Kubernetes minor is not.
 */
public enum Placeholder {
    /** Kubernetes node name. */
    NODE_NAME,
    /** The host's own address, without prefix length. */
    NODE_ADDRESS,
    /** The host's failure domain. */
    ZONE,
    CLUSTER_NAME,
    /** The pod network of the whole cluster, CIDR. */
    POD_CIDR,
    /** The part of the pod network that belongs to this node, CIDR. */
    NODE_POD_CIDR,
    /** The service network, CIDR. */
    SERVICE_CIDR,
    /** The address of the cluster's DNS service. */
    DNS_ADDRESS,
    /** Such as {@code cluster.local}. */
    DNS_DOMAIN,
    /** Where every component of this host reaches the API: {@code https://127.0.0.1:6443}. */
    API_ENDPOINT,
    /** The port of the API server: 6443. */
    API_PORT,
    /** Client URLs of all etcd members, separated by commas. */
    ETCD_ENDPOINTS,
    /** Name of this host's etcd member. */
    ETCD_NAME,
    /** {@code name=peerURL} of all members, separated by commas. */
    ETCD_INITIAL_CLUSTER,
    /** {@code new} or {@code existing}. */
    ETCD_INITIAL_STATE,
    /** Keeps members of different clusters apart. */
    ETCD_TOKEN,
    /** Directory of the release that this configuration belongs to. */
    RELEASE_DIR,
    /** {@code /etc/kubernetes/pki}. */
    PKI_DIR,
    /** {@code /etc/kubernetes}. */
    CONFIG_DIR,
    /** {@code /var/lib/etcd}, or where the member's data are kept. */
    ETCD_DATA_DIR,
    /** Reference of the pause image. */
    PAUSE_IMAGE,
    /** How many control-plane hosts there are. */
    CONTROL_PLANE_COUNT
}
