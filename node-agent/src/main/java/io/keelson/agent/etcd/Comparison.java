package io.keelson.agent.etcd;

import io.keelson.agent.etcd.Neighbours.Carrying;
import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Host;
import io.keelson.etcd.EtcdPolicy;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What members hold, compared by the hash of all keys and their history at one revision. Each reads all of its database for
 * that, so it is done only where etcd has found that data differ.
 */
record Comparison(EtcdSpec spec, EtcdMember own, EtcdLayout layout) {
    /** What follows for this host's member. */
    enum Verdict {
        /** All members hold the same. */
        ALIKE,
        /** A majority holds the same, this member included. */
        SOUND,
        /** A majority of others holds the same, and this member something else. */
        DIFFERS
    }

    /**
     * Of a member that answers: what it holds counts as well.
     *
     * @throws ProblemException ETCD_DATA_DIFFERS if it is not clear whose data are right; ETCD_CALL_FAILED
     */
    Verdict judge(Host host, MemberStatus status) {
        if (!status.agrees()) {
            throw unclear(own, "it finds no majority").asException();
        }
        var mine = new Carrying(layout.client(own), status);
        var all = new ArrayList<>(List.of(mine));
        for (EtcdMember other : spec.others()) {
            var client = layout.client(other);
            host.etcd()
                    .status(client)
                    .filter(MemberStatus::agrees)
                    .ifPresent(found -> all.add(new Carrying(client, found)));
        }
        long voters = host.etcd().members(mine.client()).stream()
                .filter(member -> !member.learner())
                .count();
        var hashes = hashes(host, all);
        var held = hashes.get(mine);
        long alike = hashes.values().stream().filter(hash -> hash.equals(held)).count();
        if (alike >= voters) {
            return Verdict.ALIKE;
        }
        int quorum = EtcdPolicy.quorum((int) voters);
        if (alike >= quorum) {
            return Verdict.SOUND;
        }
        // No more than one such group has room among the voters.
        boolean outvoted =
                hashes.values().stream()
                        .collect(Collectors.groupingBy(hash -> hash, Collectors.counting()))
                        .values()
                        .stream()
                        .anyMatch(holders -> holders >= quorum);
        if (outvoted) {
            return Verdict.DIFFERS;
        }
        throw unclear(own, "they hold " + text(hashes)).asException();
    }

    /**
     * That the others carry the quorum without this member and hold the same.
     *
     * @return them
     * @throws ProblemException ETCD_DATA_DIFFERS if that is not so; ETCD_CALL_FAILED
     */
    Neighbours othersAgree(Host host) {
        var neighbours = others(host);
        var hashes = hashes(host, neighbours.carrying());
        if (!areAlike(List.copyOf(hashes.values()))) {
            throw unclear(own, "the others hold " + text(hashes)).asException();
        }
        return neighbours;
    }

    private Neighbours others(Host host) {
        try {
            return Neighbours.askWhateverTheyHold(host, spec, layout);
        } catch (ProblemException e) {
            throw e.problem().code() == ProblemCode.ETCD_QUORUM_AT_RISK
                    ? new ProblemException(unclear(own, e.problem().what()), e)
                    : e;
        }
    }

    /** In the order of members. */
    private static Map<Carrying, Etcd.Hash> hashes(Host host, List<Carrying> members) {
        long revision = members.stream()
                .mapToLong(each -> each.status().revision())
                .min()
                .orElseThrow();
        var hashes = new LinkedHashMap<Carrying, Etcd.Hash>();
        members.forEach(each -> hashes.put(each, host.etcd().hash(each.client(), revision)));
        if (hashes.values().stream().mapToLong(Etcd.Hash::compacted).distinct().count() > 1) {
            throw problem(
                            ProblemCode.ETCD_CALL_FAILED,
                            "etcd's members forget history just now, and cannot be compared",
                            "The agent looks again by itself.")
                    .asException();
        }
        return hashes;
    }

    private static boolean areAlike(List<Etcd.Hash> hashes) {
        return hashes.stream().distinct().count() == 1;
    }

    private static String text(Map<Carrying, Etcd.Hash> hashes) {
        return hashes.entrySet().stream()
                .map(each -> Long.toHexString(each.getValue().hash()) + " (member "
                        + each.getKey().status().id() + ")")
                .collect(Collectors.joining(", "));
    }

    /** The members' data differ, and it is not known whose are right. */
    static Problem unclear(EtcdMember own, String why) {
        return problem(
                ProblemCode.ETCD_DATA_DIFFERS,
                "the data of etcd's members differ, and it is not clear whether those of " + own.name() + " are wrong: "
                        + why,
                "Nothing is changed. Bring members back that are away; the agent looks again by itself. Where no majority"
                        + " holds the same, compare what is in them, and restore the cluster from a snapshot.");
    }

    static Problem problem(ProblemCode code, String what, String advice) {
        return Problem.error(code, what, Remedy.advise(advice, "keelson etcd status"));
    }

    /** Whether CORRUPT is up, as any of these says. */
    static Optional<Carrying> alarmed(Neighbours neighbours) {
        return neighbours.carrying().stream()
                .filter(each -> each.status().alarms().contains(MemberStatus.Alarm.CORRUPT))
                .findFirst();
    }
}
