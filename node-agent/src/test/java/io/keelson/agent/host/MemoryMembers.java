package io.keelson.agent.host;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.KnownMember;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who is a member of an etcd in memory, who of them answers, and who may be a learner. */
public abstract class MemoryMembers implements Etcd {
    private static final String LOOPBACK = "127.0.0.1";

    /** Changes that were asked for, in their order. */
    public final List<String> changes = new ArrayList<>();

    private final Map<EtcdId, KnownMember> members = new LinkedHashMap<>();
    private final Set<String> silent = new HashSet<>();
    private final Set<String> behind = new HashSet<>();
    private final Set<String> apart = new HashSet<>();
    private Optional<String> onHostOf = Optional.empty();
    private long nextId = 0x100;

    /** A member of the list; its id is made from its address. */
    public EtcdId voter(String address) {
        return add(new KnownMember(id(address), address, List.of(peer(address)), false));
    }

    /** A learner that was started, or not. */
    public EtcdId learner(String address, boolean started) {
        return add(new KnownMember(new EtcdId(nextId++), started ? address : "", List.of(peer(address)), true));
    }

    private EtcdId add(KnownMember member) {
        members.put(member.id(), member);
        return member.id();
    }

    /** The id of the member that was never made anew. */
    public static EtcdId id(String address) {
        return new EtcdId(address.hashCode() | 1L << 40);
    }

    private static String peer(String address) {
        return "https://" + address + ":2380";
    }

    /** Does not answer any more. */
    public void silence(String address) {
        silent.add(address);
    }

    /** Answers again. */
    public void hear(String address) {
        silent.remove(address);
    }

    /** Whether it answers. */
    public boolean isSilent(String address) {
        return silent.contains(address);
    }

    /** Whoever asks is on the host of this member, and reaches it by 127.0.0.1 as well. */
    public void onHostOf(String address) {
        onHostOf = Optional.of(address);
    }

    /** Whether clients that come by its own address are kept away. */
    public void keepAway(String address, boolean away) {
        if (away) {
            apart.add(address);
        } else {
            apart.remove(address);
        }
    }

    final boolean answers(Member asked) {
        return !apart.contains(host(asked)) && !isSilent(address(asked));
    }

    final void requireAnswer(Member asked) {
        if (!answers(asked)) {
            throw Problem.error(ProblemCode.ETCD_CALL_FAILED, "no answer in time", Remedy.advise("Wait."))
                    .asException();
        }
    }

    /** Says that it has not caught up, until it is let. */
    public void holdBack(String address, boolean back) {
        if (back) {
            behind.add(address);
        } else {
            behind.remove(address);
        }
    }

    /** Whoever begins a cluster anew does not list it. */
    public void without(EtcdId member) {
        members.remove(member);
    }

    /** A learner's etcd was started for the first time, and has told its name. */
    public void started(EtcdId member, String name) {
        members.computeIfPresent(member, (id, known) -> new KnownMember(id, name, known.peerUrls(), known.learner()));
    }

    /** Who is listed with that address. */
    public Optional<KnownMember> at(String address) {
        return members.values().stream()
                .filter(member -> member.peerUrls().contains(peer(address)))
                .findFirst();
    }

    final String address(Member member) {
        var host = host(member);
        return host.equals(LOOPBACK) ? onHostOf.orElse(host) : host;
    }

    private static String host(Member member) {
        return URI.create(member.clientUrl()).getHost();
    }

    /** All members, whoever answers. */
    public final List<KnownMember> listed() {
        return List.copyOf(members.values());
    }

    final long nextId() {
        return nextId++;
    }

    @Override
    public List<KnownMember> members(Member asked) {
        requireAnswer(asked);
        return listed();
    }

    @Override
    public EtcdId addLearner(Member asked, String peerUrl) {
        requireAnswer(asked);
        changes.add("add " + URI.create(peerUrl).getHost());
        if (members.values().stream().anyMatch(KnownMember::learner)) {
            throw Problem.error(
                            ProblemCode.ETCD_CALL_FAILED, "too many learner members in cluster", Remedy.advise("Wait."))
                    .asException();
        }
        return learner(URI.create(peerUrl).getHost(), false);
    }

    @Override
    public void remove(Member asked, EtcdId member) {
        requireAnswer(asked);
        changes.add("remove " + member);
        members.remove(member);
    }

    @Override
    public boolean promote(Member asked, EtcdId learner) {
        requireAnswer(asked);
        var found = Optional.ofNullable(members.get(learner)).orElseThrow();
        if (behind.contains(URI.create(found.peerUrls().getFirst()).getHost())) {
            return false;
        }
        changes.add("promote " + learner);
        members.put(learner, new KnownMember(learner, found.name(), found.peerUrls(), false));
        return true;
    }
}
