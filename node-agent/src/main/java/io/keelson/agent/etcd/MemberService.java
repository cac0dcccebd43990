package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.os.ServiceUnit;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import java.time.Duration;
import java.util.Optional;

/**
 * The unit of a member. One that carries the quorum is started anew only in its turn, and while the others carry it without
 * it, as they say themselves just before, and hands a leadership over first. The server's permit is not enough: an agent that
 * was replaced may want another unit for the same order. One that carries nothing is started however the others are.
 */
record MemberService(ServiceUnit unit, EtcdSpec spec, EtcdMember own, EtcdLayout layout, Pacer pacer) implements Step {
    /** With a while for etcd to end: systemd kills what takes longer than 90 s (DefaultTimeoutStopSec). */
    private static final Duration RESTART = Duration.ofMinutes(3);

    @Override
    public StepId id() {
        return unit.id();
    }

    @Override
    public String title() {
        return unit.title();
    }

    @Override
    public Duration settle() {
        return unit.settle();
    }

    @Override
    public Finding observe(Host host) {
        var finding = unit.observe(host);
        // It would be tried for minutes in vain, and etcd.soundness is who goes on with it.
        return finding instanceof Finding.Needed
                ? new StartCheck(layout)
                        .blame(host)
                        .<Finding>map(why -> new Finding.Refused(Comparison.unclear(own, why)))
                        .orElse(finding)
                : finding;
    }

    @Override
    public void apply(Host host, Activity activity) {
        // Begun anew, and nobody has joined yet: then there is nobody to ask.
        var needed = unit.restarts(host) && !spec.others().isEmpty()
                ? host.etcd()
                        .status(layout.client(own))
                        // While it is defragmented it carries nothing, and is needed all the same: it comes back by
                        // itself.
                        .filter(status -> status.carries() || Upkeep.isDefragmenting(host, layout))
                        .filter(status -> !status.isOnlyVoter())
                : Optional.<MemberStatus>empty();
        needed.ifPresentOrElse(status -> restart(host, status, activity), () -> unit.apply(host, activity));
    }

    private void restart(Host host, MemberStatus status, Activity activity) {
        try (var turn = Turn.take(host, spec, layout, pacer, status, RESTART)) {
            var neighbours = Neighbours.ask(host, spec, layout);
            if (status.role() == Role.LEADER) {
                new Leadership(layout.client(own), pacer).handOver(host, neighbours, activity);
            }
            turn.requireTime();
            unit.apply(host, activity);
        }
    }

    @Override
    public Undo undo() {
        return unit.undo();
    }
}
