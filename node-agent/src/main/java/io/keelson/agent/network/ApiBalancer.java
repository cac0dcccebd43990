package io.keelson.agent.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.nio.file.Path;
import java.util.List;

/**
 * The node-local API balancer of a worker. Its unit and program come with the agent's package; its configuration comes
 * from here and is read by the running process when it changes, so that a change of upstreams restarts nothing.
 *
 * @param upstreams addresses of all API servers
 */
public record ApiBalancer(List<IpAddress> upstreams) implements Step {
    /** The unit that the agent's package brings. */
    public static final String UNIT = "keelson-api-proxy.service";

    /** Its configuration. */
    public static final Path FILE = Path.of("/etc/keelson/api-proxy.json");

    private static final JsonMapper JSON = new JsonMapper();

    /** The configuration's form; read by {@code io.keelson.apiproxy}. */
    private record Content(int v, List<String> upstreams) {}

    public ApiBalancer {
        upstreams = List.copyOf(upstreams);
    }

    @Override
    public StepId id() {
        return new StepId("network.api-balancer");
    }

    @Override
    public String title() {
        return "balance over " + upstreams.size() + " API servers";
    }

    @Override
    public Finding observe(Host host) {
        var state = host.units().state(UNIT);
        if (state.isEmpty()) {
            return new Refused(Problem.error(
                    ProblemCode.HOST_PREREQUISITE_MISSING,
                    "the host has no unit " + UNIT,
                    Remedy.advise("Install the agent's package again.", "rpm --verify keelson-agent")));
        }
        if (!file().isOn(host)) {
            return new Needed(FILE + " missing or different");
        }
        if (!state.get().enabled() || !state.get().running()) {
            return new Needed(
                    UNIT + " is " + state.get().active() + (state.get().enabled() ? "" : ", not enabled"));
        }
        return new Satisfied(UNIT + " runs for " + upstreams);
    }

    @Override
    public void apply(Host host, Activity activity) {
        file().write(host);
        host.units().enable(UNIT);
        host.units().start(UNIT);
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> {
            host.units().stop(UNIT);
            host.units().disable(UNIT);
            host.files().remove(FILE);
        });
    }

    private HostFile file() {
        try {
            var servers = upstreams.stream()
                    .map(address -> address + ":" + NodeSpec.API_PORT)
                    .toList();
            return HostFile.text(FILE, JSON.writeValueAsString(new Content(1, servers)) + "\n");
        } catch (JsonProcessingException e) {
            throw new AssertionError("a record of strings can be written", e);
        }
    }
}
