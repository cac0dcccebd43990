package io.keelson.agent.host;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Members in memory and what they hold, by the host in their client URL. A member that nobody has said anything of is a sound
 * voter; so a test says only what is wrong. Every change is listed.
 */
public final class MemoryEtcd extends MemoryMembers {
    public static final EtcdId CLUSTER = new EtcdId(0xc1);

    /** What every member holds, by key. */
    public final List<Entry> entries = new ArrayList<>();

    /** What was written since the last compaction. */
    public final List<Entry> history = new ArrayList<>();

    private final Map<String, Long> applied = new HashMap<>();
    private final Map<String, long[]> sizes = new HashMap<>();
    private final Set<Alarm> alarms = new HashSet<>();
    private final Map<String, Hash> hashes = new HashMap<>();
    private final Map<String, Supplier<Optional<MemberStatus>>> answers = new HashMap<>();
    private EtcdId leader = new EtcdId(1);
    private long live;
    private boolean slow;
    private Runnable whileDefragmented = () -> {};

    /** Leads from now on. */
    public void lead(String address) {
        leader = id(address);
    }

    /** The size of a member's file, and how much of it is in use, bytes. */
    public void size(String address, long file, long used) {
        sizes.put(address, new long[] {file, used});
    }

    /** The database is full; what is in use falls to that much when history is forgotten. */
    public void full(long live) {
        alarms.add(Alarm.NOSPACE);
        this.live = live;
    }

    @Override
    public boolean defragment(Member member) {
        requireAnswer(member);
        var address = address(member);
        whileDefragmented.run();
        defragmented(address);
        if (slow) {
            beingDefragmented(address);
        }
        return !slow;
    }

    /** It has come to the end of it, whether somebody waits for that or not. */
    public void defragmented(String address) {
        changes.add("defragment " + address);
        var size = Optional.ofNullable(sizes.get(address)).orElseThrow();
        size[0] = size[1];
    }

    /** What happens in the middle of a defragmentation from now on. */
    public void whileDefragmented(Runnable happens) {
        whileDefragmented = happens;
    }

    /** From now on a defragmentation lasts longer than anybody waits. */
    public void slow() {
        slow = true;
    }

    /** A member that answers and carries nothing meanwhile. */
    public void beingDefragmented(String address) {
        answer(
                address,
                () -> Optional.of(status(address))
                        .map(sound -> new MemberStatus(
                                sound.cluster(),
                                sound.id(),
                                sound.version(),
                                sound.role(),
                                false,
                                sound.leader(),
                                sound.term(),
                                sound.index(),
                                sound.applied(),
                                sound.revision(),
                                sound.dbBytes(),
                                sound.dbInUseBytes(),
                                sound.alarms(),
                                sound.members())));
    }

    @Override
    public void moveLeader(Member asked, EtcdId to) {
        requireAnswer(asked);
        changes.add("move leader to " + to);
        if (!id(address(asked)).equals(leader)) {
            throw Problem.error(ProblemCode.ETCD_CALL_FAILED, "etcdserver: not leader", Remedy.advise("Ask it."))
                    .asException();
        }
        leader = to;
    }

    /** Who has claimed what; a test may say it. Time ends none here. */
    public final Map<String, String> claims = new HashMap<>();

    /** For how long at most each was claimed. */
    public final List<Duration> claimed = new ArrayList<>();

    @Override
    public Claim claim(Member asked, String key, String holder, Duration atMost) {
        requireAnswer(asked);
        if (!alarms.isEmpty()) {
            throw Problem.error(
                            ProblemCode.ETCD_CALL_FAILED,
                            "etcdserver: mvcc: database space exceeded",
                            Remedy.advise("Wait."))
                    .asException();
        }
        claimed.add(atMost);
        return new Claim(claims.computeIfAbsent(key, none -> holder), nextId());
    }

    /** Of whoever has it: a claim that another one has now is not released here. */
    @Override
    public void release(Member asked, Claim claim) {
        requireAnswer(asked);
        claims.values().remove(claim.holder());
    }

    @Override
    public Optional<String> claimed(Member asked, String key) {
        requireAnswer(asked);
        return Optional.ofNullable(claims.get(key));
    }

    @Override
    public void compact(Member asked, long revision) {
        requireAnswer(asked);
        changes.add("compact to " + revision);
        sizes.values().forEach(size -> size[1] = live);
    }

    @Override
    public void disarm(Member asked, Alarm alarm) {
        requireAnswer(asked);
        changes.add("disarm " + alarm);
        alarms.remove(alarm);
    }

    /** Data of some member differ. */
    public void corrupt() {
        alarms.add(Alarm.CORRUPT);
    }

    /** What a member says of its keys; as all others if a test says nothing. */
    public void hash(String address, Hash hash) {
        hashes.put(address, hash);
    }

    @Override
    public Hash hash(Member asked, long revision) {
        requireAnswer(asked);
        return hashes.getOrDefault(address(asked), new Hash(7, 0xfeed));
    }

    /** How far a member is. */
    public void applied(String address, long entries) {
        applied.put(address, entries);
    }

    /** A member that a test answers for itself. */
    public void answer(String address, Supplier<Optional<MemberStatus>> status) {
        answers.put(address, status);
    }

    /** Alarms that are up. */
    public Set<Alarm> alarms() {
        return Set.copyOf(alarms);
    }

    @Override
    public Optional<MemberStatus> status(Member member) {
        var address = address(member);
        if (!answers(member)) {
            return Optional.empty();
        }
        return answers.getOrDefault(address, () -> Optional.of(status(address))).get();
    }

    /** What is said for a member that runs, by the list and by what a test has set. */
    public MemberStatus status(String address) {
        var listed = at(address);
        var id = listed.map(KnownMember::id).orElseGet(() -> id(address));
        var follows = listed.filter(KnownMember::learner).isPresent() ? Role.LEARNER : Role.FOLLOWER;
        var role = id.equals(leader) ? Role.LEADER : follows;
        long entries = applied.getOrDefault(address, 100L);
        return new MemberStatus(
                CLUSTER,
                id,
                "3.5.16",
                role,
                role.votes(),
                leader.bits(),
                2,
                100,
                entries,
                50,
                Optional.ofNullable(sizes.get(address)).map(size -> size[0]).orElse(1000 + entries),
                Optional.ofNullable(sizes.get(address)).map(size -> size[1]).orElse(500L),
                alarms,
                listed());
    }

    @Override
    public boolean read(Member asked, Duration limit, Consumer<Entry> reader) {
        entries.forEach(reader);
        return true;
    }

    @Override
    public Span readHistory(Member asked, long revision, Duration limit, Consumer<Entry> reader) {
        history.forEach(reader);
        return new Span(1, revision, true);
    }

    @Override
    public Keyspace keyspace(Member asked) {
        return new Keyspace(50, 10, 0xfeed, 7);
    }

    /** What a snapshot holds; a test that says nothing gets one that is no snapshot. */
    public byte[] database = new byte[0];

    @Override
    public void snapshot(Member asked, OutputStream to) {
        changes.add("snapshot");
        try {
            to.write(database);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
