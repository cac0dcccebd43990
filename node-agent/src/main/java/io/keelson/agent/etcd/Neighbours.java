package io.keelson.agent.etcd;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Host;
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.EtcdPolicy;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The other members, asked just now: the agent's own half of every change of members. Whatever the server permits,
 * nothing is changed unless these carry the quorum.
 *
 * @param carrying those that are sound and have the majority, with what they say
 * @param members as the majority lists them
 * @param down who answers and carries nothing now
 */
record Neighbours(List<Carrying> carrying, List<KnownMember> members, List<String> down) {
    Neighbours {
        carrying = List.copyOf(carrying);
        members = List.copyOf(members);
        down = List.copyOf(down);
    }

    /** A sound member. */
    record Carrying(Etcd.Member client, MemberStatus status) {}

    /**
     * Asks them.
     *
     * @throws ProblemException ETCD_QUORUM_AT_RISK if they do not carry the quorum of all voters that they list, or are
     *     not of one cluster
     */
    static Neighbours ask(Host host, EtcdSpec spec, EtcdLayout layout) {
        return ask(host, spec, layout, MemberStatus::carries, 0);
    }

    /** The same where this member counts: it carries the quorum too. Whether they do without it, {@link #suffice} says. */
    static Neighbours askBeside(Host host, EtcdSpec spec, EtcdLayout layout) {
        return ask(host, spec, layout, MemberStatus::carries, 1);
    }

    /** The same where it is just the question whose data are sound: they agree on the log, whatever they hold. */
    static Neighbours askWhateverTheyHold(Host host, EtcdSpec spec, EtcdLayout layout) {
        return ask(host, spec, layout, MemberStatus::agrees, 0);
    }

    private static Neighbours ask(
            Host host, EtcdSpec spec, EtcdLayout layout, Predicate<MemberStatus> carries, int beside) {
        var carrying = new ArrayList<Carrying>();
        var silent = new ArrayList<String>();
        var down = new ArrayList<String>();
        for (EtcdMember other : spec.others()) {
            var client = layout.client(other);
            var found = host.etcd().status(client);
            if (found.filter(carries).isPresent()) {
                carrying.add(new Carrying(client, found.get()));
            } else {
                silent.add(other.name().value());
                found.ifPresent(unused -> down.add(other.name().value()));
            }
        }
        if (carrying.isEmpty()) {
            throw atRisk("none of the other members carries it").asException();
        }
        var clusters = new HashSet<EtcdId>();
        carrying.forEach(each -> clusters.add(each.status().cluster()));
        if (clusters.size() > 1) {
            throw atRisk("the other members are of several clusters: " + clusters)
                    .asException();
        }
        var members = host.etcd().members(carrying.getFirst().client());
        var neighbours = new Neighbours(carrying, members, down);
        if (carrying.size() + beside < neighbours.quorum()) {
            throw atRisk(carrying.size() + " of " + neighbours.voters()
                            + " voting members are sound without this one; not: " + silent)
                    .asException();
        }
        return neighbours;
    }

    private int voters() {
        return (int) members.stream().filter(member -> !member.learner()).count();
    }

    private int quorum() {
        return EtcdPolicy.quorum(voters());
    }

    /** Whether they carry the quorum without this member. */
    boolean suffice() {
        return carrying.size() >= quorum();
    }

    /**
     * Those that are away may be away for long. Those that answer, and do not carry, are full and being defragmented, or just
     * begin, and will be back: two are never down by our doing. One that is kept from its clients does not answer; it has the turn.
     *
     * @throws ProblemException ETCD_QUORUM_AT_RISK if there is one
     */
    Neighbours requireNoneIsDownForAWhile() {
        if (!down.isEmpty()) {
            throw atRisk("these are there and do not carry it yet: " + down).asException();
        }
        return this;
    }

    /** Whom to ask for changes. */
    Etcd.Member first() {
        return carrying.getFirst().client();
    }

    /** The cluster's id. */
    EtcdId cluster() {
        return carrying.getFirst().status().cluster();
    }

    /** How far the furthest of them is. */
    long index() {
        return carrying.stream().mapToLong(each -> each.status().index()).max().orElse(0);
    }

    /** The member that is listed for that peer URL. */
    Optional<KnownMember> at(String peerUrl) {
        return members.stream()
                .filter(member -> member.peerUrls().contains(peerUrl))
                .findFirst();
    }

    private static Problem atRisk(String why) {
        return Problem.error(
                ProblemCode.ETCD_QUORUM_AT_RISK,
                "etcd's members are not changed: " + why,
                Remedy.advise(
                        "Bring the other members back first; the agent tries again by itself.", "keelson etcd status"));
    }
}
