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
 * @param incarnation how often the member on this host is to have been made: 1 where it founded the cluster, one more with
 *     each permit to make it anew on an empty disk. Means nothing where there is no member
 * @param upkeep what is to have been done to the member on this host
 * @param known the member that this host was seen to hold, of this incarnation or an earlier one; empty while it was seen
 *     to hold none
 * @param snapshots to be taken of the member on this host; empty where nobody wants any
 */
public record EtcdSpec(
        String token,
        List<EtcdMember> members,
        Optional<EtcdMember> own,
        int incarnation,
        EtcdUpkeep upkeep,
        Optional<HeldMember> known,
        Optional<SnapshotOrder> snapshots) {
    /** The incarnation of those who founded the cluster. */
    public static final int FOUNDING = 1;

    public EtcdSpec {
        members = List.copyOf(members);
        if (incarnation < FOUNDING) {
            throw new IllegalArgumentException("an incarnation is " + FOUNDING + " or higher, not " + incarnation);
        }
        if (own.isPresent() && !members.contains(own.get())) {
            throw new IllegalArgumentException(own.get().name() + " is not among the members");
        }
        if (known.isPresent() && (own.isEmpty() || known.get().incarnation() > incarnation)) {
            throw new IllegalArgumentException("nobody was ordered to hold " + known.get());
        }
    }

    /** Of a member of which no snapshots are taken. */
    public EtcdSpec(
            String token,
            List<EtcdMember> members,
            Optional<EtcdMember> own,
            int incarnation,
            EtcdUpkeep upkeep,
            Optional<HeldMember> known) {
        this(token, members, own, incarnation, upkeep, known, Optional.empty());
    }

    /** Of a host that was not seen to hold a member, and of whose no snapshots are taken. */
    public EtcdSpec(
            String token, List<EtcdMember> members, Optional<EtcdMember> own, int incarnation, EtcdUpkeep upkeep) {
        this(token, members, own, incarnation, upkeep, Optional.empty(), Optional.empty());
    }

    /** The same of a member to which nothing is to be done. */
    public EtcdSpec(String token, List<EtcdMember> members, Optional<EtcdMember> own, int incarnation) {
        this(token, members, own, incarnation, EtcdUpkeep.NONE);
    }

    /** Of a cluster whose members found it. */
    public static EtcdSpec founding(String token, List<EtcdMember> members, Optional<EtcdMember> own) {
        return new EtcdSpec(token, members, own, FOUNDING);
    }

    /** The same with the member on this host in another incarnation. */
    public EtcdSpec incarnated(int next) {
        return new EtcdSpec(token, members, own, next, upkeep, known, snapshots);
    }

    /** The same with other orders for snapshots. */
    public EtcdSpec snapshotting(Optional<SnapshotOrder> next) {
        return new EtcdSpec(token, members, own, incarnation, upkeep, known, next);
    }

    /** The same with other upkeep of the member on this host. */
    public EtcdSpec kept(EtcdUpkeep next) {
        return new EtcdSpec(token, members, own, incarnation, next, known, snapshots);
    }

    /** The same once this host was seen to hold that member. */
    public EtcdSpec holding(HeldMember seen) {
        return new EtcdSpec(token, members, own, incarnation, upkeep, Optional.of(seen), snapshots);
    }

    /** The member that this host was seen to hold in the incarnation that is ordered. */
    public Optional<HeldMember> current() {
        return known.filter(held -> held.incarnation() == incarnation);
    }

    /** All members but the one on this host. */
    public List<EtcdMember> others() {
        return members.stream()
                .filter(member -> !own.equals(Optional.of(member)))
                .toList();
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
