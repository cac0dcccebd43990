package io.keelson.agent.leave;

import io.keelson.agent.host.Host;
import io.keelson.agent.network.PodRoutes;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.StepId;
import java.time.Duration;
import java.util.List;

/** Kernel routes to other nodes' pods, which carry the agent's protocol number. */
record Routes() implements Trace {
    private static final List<String> LIST =
            List.of("ip", "route", "show", "table", "all", "proto", PodRoutes.PROTOCOL);
    private static final List<String> FLUSH =
            List.of("ip", "route", "flush", "table", "all", "proto", PodRoutes.PROTOCOL);
    private static final Duration LIMIT = Duration.ofSeconds(15);

    @Override
    public StepId id() {
        return new StepId("leave.routes");
    }

    @Override
    public String title() {
        return "remove routes to other nodes' pods";
    }

    @Override
    public List<String> left(Host host) {
        return Leftovers.output(host.programs().run(LIST, LIMIT), LIST)
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> "route " + line.strip())
                .toList();
    }

    @Override
    public void remove(Host host, Activity activity) {
        var unused = Leftovers.output(host.programs().run(FLUSH, LIMIT), FLUSH);
    }
}
