package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.etcd.EtcdPolicy;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The database has room. When it is full, etcd raises NOSPACE and takes no more writes. Then the leader's host forgets the
 * history, which every member can do without, and takes the alarm back once no file is near its quota any more of those
 * members that are there, if they carry the quorum: one that comes back with a full file raises the alarm again, and is
 * defragmented then. In between members are defragmented, each by permit: {@link Upkeep}. What real objects fill stays full,
 * and is reported.
 */
record Space(EtcdSpec spec, EtcdMember own, EtcdLayout layout, Pacer pacer) implements Step {
    /** The share of its quota below which a file is no reason for the alarm any more. */
    private static final double ROOMY = 0.95;

    private static final Duration FORGETTING = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final double MIB = 1 << 20;

    @Override
    public StepId id() {
        return new StepId("etcd.space");
    }

    @Override
    public String title() {
        return "have room in etcd";
    }

    @Override
    public Finding observe(Host host) {
        var status = host.etcd().status(layout.client(own));
        if (status.isEmpty() || !status.get().alarms().contains(Alarm.NOSPACE)) {
            return new Satisfied("no alarm of its space");
        }
        return status.get().role() == Role.LEADER
                ? new Needed("the database is full: NOSPACE")
                : new Satisfied("full; the leader's host sees to it");
    }

    @Override
    public void apply(Host host, Activity activity) {
        var client = layout.client(own);
        var before = status(host);
        activity.progress("the database is full; forgetting history before revision " + before.revision());
        host.etcd().compact(client, before.revision());
        var after = status(host);
        activity.progress(
                "%.1f of %.1f MiB are in use after that".formatted(after.dbInUseBytes() / MIB, after.dbBytes() / MIB));
        double limit = ROOMY
                * MetricsPage.read(host)
                        .map(MetricsPage::quotaBytes)
                        .orElse(OptionalDouble.empty())
                        .orElseThrow(() -> waits(List.of(own.name().value())).asException());
        var look = look(host, limit);
        // Members forget the history in the background, and files say with the next commits what is free by it.
        long began = pacer.nanos();
        while (look.full() && pacer.nanos() - began < FORGETTING.toNanos()) {
            pacer.pauseWhile(LOOK, "etcd made room");
            look = look(host, limit);
        }
        if (look.carrying().size() < EtcdPolicy.quorum(voters(after))) {
            throw silent(look.silent()).asException();
        }
        if (!look.pays().isEmpty()) {
            throw waits(look.pays()).asException();
        }
        if (look.full()) {
            throw full(status(host)).asException();
        }
        host.etcd().disarm(client, Alarm.NOSPACE);
        if (status(host).alarms().contains(Alarm.NOSPACE)) {
            throw full(status(host)).asException();
        }
        activity.progress("the alarm is taken back"
                + (look.silent().isEmpty() ? "" : "; it comes again if these are full: " + look.silent()));
    }

    private static int voters(MemberStatus status) {
        return (int)
                status.members().stream().filter(member -> !member.learner()).count();
    }

    /**
     * What stands in the way of taking the alarm back.
     *
     * @param carrying members that carry the quorum
     * @param silent members that do not answer
     * @param tooLarge members whose file is near its quota
     * @param pays of these, those whose file would shrink
     */
    private record Look(List<String> carrying, List<String> silent, List<String> tooLarge, List<String> pays) {
        boolean full() {
            return pays.isEmpty() && !tooLarge.isEmpty();
        }
    }

    private Look look(Host host, double limit) {
        var look = new Look(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (EtcdMember member : spec.members()) {
            var name = member.name().value();
            host.etcd()
                    .status(layout.client(member))
                    .ifPresentOrElse(
                            status -> {
                                if (status.carries()) {
                                    look.carrying().add(name);
                                }
                                if (status.dbBytes() > limit) {
                                    look.tooLarge().add(name);
                                    if (status.fragmented()) {
                                        look.pays().add(name);
                                    }
                                }
                            },
                            () -> look.silent().add(name));
        }
        return look;
    }

    private static Problem silent(List<String> members) {
        return Problem.error(
                ProblemCode.ETCD_NOSPACE,
                "etcd is full and takes no writes, and too few members are there; these do not answer: "
                        + String.join(", ", members),
                Remedy.advise(
                        "Bring them back: members are defragmented while those that are there carry the quorum.",
                        "keelson etcd status"));
    }

    private MemberStatus status(Host host) {
        return host.etcd()
                .status(layout.client(own))
                .orElseThrow(() -> waits(List.of(own.name().value())).asException());
    }

    private static Problem waits(List<String> members) {
        return Problem.error(
                ProblemCode.ETCD_NOSPACE,
                "etcd is full and takes no writes; to be defragmented yet: " + String.join(", ", members),
                Remedy.advise(
                        "The server permits one member after the other, while those that are there carry the quorum. See how"
                                + " far it is.",
                        "keelson etcd status"));
    }

    private static Problem full(MemberStatus status) {
        return Problem.error(
                ProblemCode.ETCD_NOSPACE,
                "etcd is full of objects and takes no writes: %.1f of %.1f MiB are in use"
                        .formatted(status.dbInUseBytes() / MIB, status.dbBytes() / MIB),
                Remedy.advise(
                        "See which objects these are, and delete some; the agent does the rest.",
                        "keelson etcd who-ate-my-etcd"));
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
