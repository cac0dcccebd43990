package io.keelson.agent.host;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberStatus;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Members of etcd that are asked for changes by an agent which is killed before or after one of them. */
record CrashingEtcd(Etcd etcd, CrashPoints points) implements Etcd {
    @Override
    public Optional<MemberStatus> status(Member member) {
        return points.look(() -> etcd.status(member));
    }

    @Override
    public List<KnownMember> members(Member asked) {
        return points.look(() -> etcd.members(asked));
    }

    @Override
    public EtcdId addLearner(Member asked, String peerUrl) {
        return points.effect("add learner", () -> etcd.addLearner(asked, peerUrl));
    }

    @Override
    public void remove(Member asked, EtcdId member) {
        points.effect("remove member " + member, () -> etcd.remove(asked, member));
    }

    @Override
    public boolean promote(Member asked, EtcdId learner) {
        return points.effect("promote " + learner, () -> etcd.promote(asked, learner));
    }

    @Override
    public boolean defragment(Member member) {
        return points.effect("defragment", () -> etcd.defragment(member));
    }

    @Override
    public void moveLeader(Member leader, EtcdId to) {
        points.effect("move leader", () -> etcd.moveLeader(leader, to));
    }

    @Override
    public Claim claim(Member asked, String key, String holder, Duration atMost) {
        return points.effect("claim " + key, () -> etcd.claim(asked, key, holder, atMost));
    }

    @Override
    public void release(Member asked, Claim claim) {
        points.effect("release", () -> etcd.release(asked, claim));
    }

    @Override
    public Optional<String> claimed(Member asked, String key) {
        return points.look(() -> etcd.claimed(asked, key));
    }

    @Override
    public void compact(Member asked, long revision) {
        points.effect("compact", () -> etcd.compact(asked, revision));
    }

    @Override
    public void disarm(Member asked, MemberStatus.Alarm alarm) {
        points.effect("disarm " + alarm, () -> etcd.disarm(asked, alarm));
    }

    @Override
    public Hash hash(Member asked, long revision) {
        return points.look(() -> etcd.hash(asked, revision));
    }

    @Override
    public boolean read(Member asked, Duration limit, Consumer<Entry> reader) {
        return points.look(() -> etcd.read(asked, limit, reader));
    }

    @Override
    public Span readHistory(Member asked, long revision, Duration limit, Consumer<Entry> reader) {
        return points.look(() -> etcd.readHistory(asked, revision, limit, reader));
    }

    @Override
    public Keyspace keyspace(Member asked) {
        return points.look(() -> etcd.keyspace(asked));
    }

    @Override
    public void snapshot(Member asked, OutputStream to) {
        points.requireLife();
        etcd.snapshot(asked, to);
    }
}
