package io.keelson.agent.network;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.fleet.PodRoute;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Kernel routes to the pods of all other nodes. They come back at boot by a unit of their own, with no agent needed.
 * The agent's routes carry a protocol number, so that stale ones are told from the host's own.
 */
public record PodRoutes(List<PodRoute> routes) implements Step {
    /** The unit that sets the routes at boot. */
    public static final String UNIT = "keelson-pod-routes.service";

    /** Marks routes as the agent's; free in iproute2's rt_protos. */
    public static final String PROTOCOL = "75";

    /** What the unit sets. */
    public static final Path BATCH = Path.of("/etc/keelson/routes");

    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final JsonMapper JSON = new JsonMapper();

    public PodRoutes {
        routes = routes.stream()
                .sorted(Comparator.comparing(route -> route.pods().toString()))
                .toList();
    }

    @Override
    public StepId id() {
        return new StepId("network.pod-routes");
    }

    @Override
    public String title() {
        return "route to the pods of " + routes.size() + " other nodes";
    }

    @Override
    public Finding observe(Host host) {
        var gap = boot().gap(host);
        if (gap.isPresent()) {
            return new Needed(gap.get());
        }
        var found = inKernel(host);
        return found.equals(wanted())
                ? new Satisfied(found.size() + " routes in the kernel and for the next boot")
                : new Needed("the kernel's routes differ: " + found + " instead of " + wanted());
    }

    @Override
    public void apply(Host host, Activity activity) {
        for (var stale : inKernel(host).keySet()) {
            if (!wanted().containsKey(stale)) {
                run(host, List.of("ip", "route", "del", stale, "proto", PROTOCOL));
            }
        }
        // The same command as at boot; "route replace" changes nothing where a route is right already.
        boot().apply(host);
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> {
            run(host, List.of("ip", "route", "flush", "proto", PROTOCOL));
            boot().remove(host);
        });
    }

    private Map<String, String> wanted() {
        return routes.stream()
                .collect(Collectors.toMap(
                        route -> route.pods().toString(), route -> route.via().value(), (a, b) -> b, TreeMap::new));
    }

    private HostFile batch() {
        return HostFile.text(
                BATCH,
                routes.stream()
                        .map(route ->
                                "route replace " + route.pods() + " via " + route.via() + " proto " + PROTOCOL + "\n")
                        .collect(Collectors.joining()));
    }

    private BootUnit boot() {
        var unit = BootUnit.before(
                        UNIT, "Routes to the pods of other nodes", List.of("ip", "-force", "-batch", BATCH.toString()))
                .unit("Wants", "network-online.target")
                .unit("After", "network-online.target");
        return new BootUnit(unit, batch());
    }

    private static Map<String, String> inKernel(Host host) {
        var listed = run(host, List.of("ip", "-json", "route", "show", "proto", PROTOCOL));
        try {
            var found = new TreeMap<String, String>();
            for (var route : JSON.readTree(listed.isBlank() ? "[]" : listed)) {
                found.put(route.path("dst").asText(), route.path("gateway").asText());
            }
            return found;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("ip -json route show printed no JSON: " + listed.strip(), e);
        }
    }

    private static String run(Host host, List<String> argv) {
        var result = host.programs().run(argv, LIMIT);
        if (!result.ok()) {
            throw Problem.error(
                            ProblemCode.HOST_STEP_FAILED,
                            String.join(" ", argv) + " failed: " + result.err().strip(),
                            Remedy.advise("Look at the host's routes.", "ip route show"))
                    .asException();
        }
        return result.out();
    }
}
