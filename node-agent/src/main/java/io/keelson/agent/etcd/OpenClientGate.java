package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Units;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import java.time.Duration;

/**
 * The member's clients are let in, whom an agent of before has kept away: it was killed while the member was defragmented. The
 * member goes on with that by itself, and would hold their calls until it is done.
 */
record OpenClientGate(EtcdLayout layout, Pacer pacer) implements Step {
    private static final Duration LOOK = Duration.ofMillis(500);

    @Override
    public StepId id() {
        return new StepId("etcd.clients");
    }

    @Override
    public String title() {
        return "let the etcd member's clients in";
    }

    @Override
    public Finding observe(Host host) {
        return ClientGate.isShut(host) ? new Needed("they are kept away") : new Satisfied("nobody keeps them away");
    }

    /** Waits no longer than the kernel keeps them away. */
    @Override
    public void apply(Host host, Activity activity) {
        long began = pacer.nanos();
        if (isDefragmenting(host)) {
            activity.progress("waiting for a defragmentation that was begun before");
        }
        while (isDefragmenting(host)
                && ClientGate.isShut(host)
                && pacer.nanos() - began < ClientGate.LONGEST.toNanos()) {
            pacer.pauseWhile(LOOK, "a defragmentation came to its end");
        }
        ClientGate.open(host);
    }

    /** One that has ended leaves what it has not written to its end. */
    private boolean isDefragmenting(Host host) {
        return host.units().state(layout.unit()).filter(Units.State::running).isPresent()
                && Upkeep.isDefragmenting(host, layout);
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
