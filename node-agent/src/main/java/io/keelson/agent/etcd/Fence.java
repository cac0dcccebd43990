package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Units;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;

/**
 * The member on this host is of before its cluster was begun anew and does not run, also not after a boot: its unit asserts
 * the note beside the data, which is taken away. The data stay until the host is let into the new cluster. Never satisfied: it
 * is all that such a host does until the server orders another incarnation.
 */
record Fence(EtcdSpec spec, EtcdMember own, EtcdLayout layout) implements Step {
    @Override
    public StepId id() {
        return new StepId("etcd.fence");
    }

    @Override
    public String title() {
        return "keep the etcd member of before from running";
    }

    @Override
    public Finding observe(Host host) {
        if (host.units().state(LastMember.UNIT).filter(Fence::lives).isPresent()) {
            return new Needed(LastMember.UNIT + " runs");
        }
        var state = host.units().state(layout.unit());
        if (state.isEmpty()) {
            return new Refused(fenced()); // a host that was installed anew: nothing starts what lies on its disk
        }
        if (host.files().exists(layout.memberFile())) {
            return new Needed("systemd would start the member of before");
        }
        return lives(state.get())
                ? new Needed(layout.unit() + " is " + state.get().active())
                : new Refused(fenced());
    }

    private static boolean lives(Units.State state) {
        return state.running() || state.mainPid() != 0 || state.active().equals("activating");
    }

    @Override
    public void apply(Host host, Activity activity) {
        LastMember.stop(host);
        if (host.units().state(layout.unit()).isEmpty()) {
            return;
        }
        // In this order: systemd restarts what ends by itself, but not what it was told to stop.
        host.units().stop(layout.unit());
        if (host.files().exists(layout.memberFile())) {
            host.files().remove(layout.fencedFile());
            host.files().move(layout.memberFile(), layout.fencedFile());
        }
    }

    private Problem fenced() {
        return Problem.error(
                ProblemCode.ETCD_MEMBER_FENCED,
                "etcd of " + spec.token() + " was begun anew without member " + own.name()
                        + ", which is stopped; its data are kept",
                Remedy.advise(
                        "Nothing is to be done here: the server lets the host be a new member once what was begun anew is"
                                + " sound.",
                        "keelson etcd status"));
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
