package io.keelson.fleet;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An etcd cluster and, where this host holds one, its member. Serves the clusters' etcd and the control server's own.
 *
 * @param token keeps members of different clusters apart (etcd {@code --initial-cluster-token})
 * @param members all of them, in a fixed order
 * @param own the member on this host
 */
public record EtcdSpec(String token, List<EtcdMember> members, Optional<EtcdMember> own) {
    public EtcdSpec {
        members = List.copyOf(members);
        if (own.isPresent() && !members.contains(own.get())) {
            throw new IllegalArgumentException(own.get().name() + " is not among the members");
        }
    }

    /** Client URLs of all members, separated by commas. */
    public String endpoints() {
        return members.stream().map(EtcdMember::clientUrl).collect(Collectors.joining(","));
    }

    /** {@code name=peerURL} of all members, separated by commas (etcd {@code --initial-cluster}). */
    public String initialCluster() {
        return members.stream().map(m -> m.name() + "=" + m.peerUrl()).collect(Collectors.joining(","));
    }
}
