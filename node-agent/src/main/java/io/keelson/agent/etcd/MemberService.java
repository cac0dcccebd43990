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

/**
 * The unit of a member. One that carries the quorum is started anew only while the others carry it without it, as they say
 * themselves just before, and hands a leadership over first. One that carries nothing is started however the others are.
 */
record MemberService(ServiceUnit unit, EtcdSpec spec, EtcdMember own, EtcdLayout layout, Pacer pacer) implements Step {
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
        if (unit.restarts(host) && !spec.others().isEmpty()) {
            host.etcd()
                    .status(layout.client(own))
                    .filter(MemberStatus::carries)
                    .ifPresent(status -> letGo(host, status, activity));
        }
        unit.apply(host, activity);
    }

    private void letGo(Host host, MemberStatus status, Activity activity) {
        if (status.isOnlyVoter()) {
            return; // begun anew, and nobody has joined yet
        }
        var neighbours = Neighbours.ask(host, spec, layout);
        if (status.role() == Role.LEADER) {
            new Leadership(own, layout, pacer).handOver(host, neighbours, activity);
        }
    }

    @Override
    public Undo undo() {
        return unit.undo();
    }
}
