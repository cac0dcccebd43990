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
 * @param refounding that the cluster was begun anew, and what follows for this host; empty while it never was
 */
public record EtcdSpec(
        String token,
        List<EtcdMember> members,
        Optional<EtcdMember> own,
        int incarnation,
        EtcdUpkeep upkeep,
        Optional<HeldMember> known,
        Optional<SnapshotOrder> snapshots,
        Optional<Refounding> refounding) {
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
        if (refounding.isPresent() && own.isEmpty()) {
            throw new IllegalArgumentException("no member is here that could be one of what was begun anew");
        }
    }

    /** Of a cluster that was never begun anew. */
    public EtcdSpec(
            String token,
            List<EtcdMember> members,
            Optional<EtcdMember> own,
            int incarnation,
            EtcdUpkeep upkeep,
            Optional<HeldMember> known,
            Optional<SnapshotOrder> snapshots) {
        this(token, members, own, incarnation, upkeep, known, snapshots, Optional.empty());
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
        return new EtcdSpec(token, members, own, next, upkeep, known, snapshots, refounding);
    }

    /** The same with other orders for snapshots. */
    public EtcdSpec snapshotting(Optional<SnapshotOrder> next) {
        return new EtcdSpec(token, members, own, incarnation, upkeep, known, next, refounding);
    }

    /** The same with other upkeep of the member on this host. */
    public EtcdSpec kept(EtcdUpkeep next) {
        return new EtcdSpec(token, members, own, incarnation, next, known, snapshots, refounding);
    }

    /** The same once this host was seen to hold that member. */
    public EtcdSpec holding(HeldMember seen) {
        return new EtcdSpec(token, members, own, incarnation, upkeep, Optional.of(seen), snapshots, refounding);
    }

    /** The same once the cluster is begun anew for that time: the member on this host has to stop. */
    public EtcdSpec fencedFor(int number) {
        return refounded(incarnation, known, Refounding.fence(number, incarnation));
    }

    /**
     * The same with a new member on this host, in a cluster of which those are not part yet. What was begun anew has another
     * id, so nothing is known of the first member in it.
     *
     * @param from what the cluster begins with, if this member founds it
     * @throws IllegalStateException if it was not begun anew
     */
    public EtcdSpec entering(Optional<Refounding.Origin> from, List<NodeName> missing) {
        var begun = refounding.orElseThrow(() -> new IllegalStateException("nothing was begun anew"));
        return refounded(
                incarnation + 1, isFenced() ? Optional.empty() : known, begun.begun(from.or(begun::origin), missing));
    }

    /** The same with an API server that asks all but those. */
    public EtcdSpec asking(List<NodeName> allBut) {
        return refounded(incarnation, known, refounding.orElseThrow().asking(allBut));
    }

    private EtcdSpec refounded(int next, Optional<HeldMember> held, Refounding begun) {
        return new EtcdSpec(token, members, own, next, upkeep, held, snapshots, Optional.of(begun));
    }

    /** How often the cluster was begun anew, as far as this host was told; 0 if never. */
    public int refoundings() {
        return refounding.map(Refounding::number).orElse(0);
    }

    /** Whether the member on this host is of before, and must not run. */
    public boolean isFenced() {
        return refounding.filter(begun -> incarnation < begun.since()).isPresent();
    }

    /**
     * What the member on this host begins the cluster with; empty if it founds none anew. Ends when it was seen to vote: a host
     * that is installed anew then, or loses its disk, founds nothing any more.
     */
    public Optional<Refounding.Origin> founding() {
        return refounding
                .filter(begun -> incarnation == begun.since() && current().isEmpty())
                .flatMap(Refounding::origin);
    }

    /** Members that the API server on this host must not ask. */
    public List<NodeName> unasked() {
        return refounding.map(Refounding::unasked).orElse(List.of());
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

    /** Client URLs of all members that may be asked, separated by commas. */
    public String endpoints() {
        return members.stream()
                .filter(each -> !unasked().contains(each.name()))
                .map(EtcdMember::clientUrl)
                .collect(Collectors.joining(","));
    }

    /** {@code name=peerURL} of all members that it has, separated by commas (etcd {@code --initial-cluster}). */
    public String initialCluster() {
        var apart = refounding.map(Refounding::apart).orElse(List.of());
        return members.stream()
                .filter(each -> !apart.contains(each.name()))
                .map(m -> m.name() + "=" + m.peerUrl())
                .collect(Collectors.joining(","));
    }
}
