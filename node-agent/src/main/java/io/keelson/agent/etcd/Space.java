package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The database has room. When it is full, etcd raises NOSPACE and takes no more writes. Then the leader's host forgets the
 * history, which every member can do without, and takes the alarm back once no member's file is near its quota any more.
 * In between members are defragmented, each by permit: {@link Upkeep}. What real objects fill stays full, and is reported.
 */
record Space(EtcdSpec spec, EtcdMember own, EtcdLayout layout) implements Step {
    /** The share of its quota below which a file is no reason for the alarm any more. */
    private static final double ROOMY = 0.95;

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
        var tooLarge = new ArrayList<String>();
        var pays = new ArrayList<String>();
        for (EtcdMember member : spec.members()) {
            var status = host.etcd().status(layout.client(member));
            if (status.filter(seen -> seen.dbBytes() <= limit).isEmpty()) {
                tooLarge.add(member.name().value());
            }
            if (status.filter(seen -> seen.dbBytes() <= limit || !seen.fragmented())
                    .isEmpty()) {
                pays.add(member.name().value());
            }
        }
        if (!tooLarge.isEmpty()) {
            throw (pays.isEmpty() ? full(after) : waits(pays)).asException();
        }
        host.etcd().disarm(client, Alarm.NOSPACE);
        if (status(host).alarms().contains(Alarm.NOSPACE)) {
            throw full(after).asException();
        }
        activity.progress("the alarm is taken back");
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
                        "The server permits one member after the other, while all are sound. See how far it is.",
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
