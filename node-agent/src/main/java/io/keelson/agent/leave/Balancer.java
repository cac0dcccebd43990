package io.keelson.agent.leave;

import io.keelson.agent.host.Host;
import io.keelson.agent.network.ApiBalancer;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.StepId;
import java.util.ArrayList;
import java.util.List;

/** The node-local API balancer. Its unit and program are the agent's package's, and stay. */
record Balancer() implements Trace {
    @Override
    public StepId id() {
        return new StepId("leave.api-balancer");
    }

    @Override
    public String title() {
        return "stop " + ApiBalancer.UNIT;
    }

    @Override
    public List<String> left(Host host) {
        var left = new ArrayList<String>();
        host.units()
                .state(ApiBalancer.UNIT)
                .filter(state -> state.enabled() || NodeUnit.isUp(state))
                .ifPresent(state ->
                        left.add(ApiBalancer.UNIT + " is " + state.active() + (state.enabled() ? ", enabled" : "")));
        if (host.files().exists(ApiBalancer.FILE)) {
            left.add(ApiBalancer.FILE.toString());
        }
        return List.copyOf(left);
    }

    @Override
    public void remove(Host host, Activity activity) {
        if (host.units().state(ApiBalancer.UNIT).isPresent()) {
            host.units().disable(ApiBalancer.UNIT);
            host.units().stop(ApiBalancer.UNIT);
        }
        host.files().remove(ApiBalancer.FILE);
    }
}
