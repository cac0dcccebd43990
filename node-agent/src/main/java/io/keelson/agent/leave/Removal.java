package io.keelson.agent.leave;

import io.keelson.agent.host.Host;
import io.keelson.agent.os.NodeClaim;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import java.time.Duration;

/** A trace is removed, from a host that bears Keelson's claim. On any other host it is somebody else's. */
record Removal(Trace trace) implements Step {
    @Override
    public StepId id() {
        return trace.id();
    }

    @Override
    public String title() {
        return trace.title();
    }

    @Override
    public Finding observe(Host host) {
        if (NodeClaim.on(host).isEmpty()) {
            return new Satisfied("the host is nobody's node");
        }
        var left = trace.left(host);
        return left.isEmpty() ? new Satisfied("nothing is left of it") : new Needed(Leftovers.text(left));
    }

    @Override
    public void apply(Host host, Activity activity) {
        trace.remove(host, activity);
    }

    @Override
    public Undo undo() {
        return new Undo.Impossible("what is removed is not kept; the host becomes a node again by an order");
    }

    @Override
    public Duration settle() {
        return trace.settle();
    }
}
