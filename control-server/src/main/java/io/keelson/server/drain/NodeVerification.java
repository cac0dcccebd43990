package io.keelson.server.drain;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.server.kubernetes.ClusterApi;
import io.keelson.server.kubernetes.ProbeAnswer;
import io.keelson.workload.Owner;
import io.keelson.workload.WorkPicture;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Sees whether a node works before it counts: its kubelet is ready, every pod that DaemonSets have there runs, its pod network
 * is reached from another host, its host is what the bundle says, and the load that it lost runs again. Looks until all of it
 * holds or the limit is over.
 */
public final class NodeVerification {
    private static final System.Logger LOG = System.getLogger(NodeVerification.class.getName());
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration STEADY = Duration.ofSeconds(5);

    private final ClusterApi api;
    private final InstantSource clock;

    public NodeVerification(ClusterApi api, InstantSource clock) {
        this.api = api;
        this.clock = clock;
    }

    /**
     * What is to be seen of a node.
     *
     * @param image of the probe pod: the bundle's pause image
     * @param converged whether its agent says that files, digests and services are those of its order
     */
    public record Expectation(NodeName node, String image, BooleanSupplier converged) {}

    /**
     * Looks until everything holds.
     *
     * @param limit more than nothing
     * @param progress told whenever what was seen changes
     * @return what was seen last; a node counts if all of it holds
     */
    public List<NodeCheck> verify(Expectation expected, Duration limit, Consumer<List<NodeCheck>> progress, Stop stop) {
        var end = clock.instant().plus(limit);
        var last = List.<NodeCheck>of();
        try {
            while (true) {
                var now = look(expected);
                if (!now.equals(last)) {
                    progress.accept(now);
                    last = now;
                }
                if (now.stream().allMatch(NodeCheck::holds) || !clock.instant().isBefore(end) || stop.within(LOOK)) {
                    return now;
                }
            }
        } finally {
            endProbe(expected.node());
        }
    }

    /**
     * Looks on and on, and less often as long as everything holds. Its probe stays, as whoever looks on needs it: see {@link #end}.
     *
     * @param expected asked before each look; always of the same node
     * @param limit how long; more than nothing
     * @param seen told what was seen each time
     */
    public void watch(Supplier<Expectation> expected, Duration limit, Consumer<List<NodeCheck>> seen, Stop stop) {
        var end = clock.instant().plus(limit);
        var pause = Duration.ZERO;
        while (!stop.within(pause) && clock.instant().isBefore(end)) {
            var now = look(expected.get());
            seen.accept(now);
            pause = now.stream().allMatch(NodeCheck::holds) ? STEADY : LOOK;
        }
    }

    /** Nobody wants to know any more how the node works: the probe is taken away, and what the node carried once is forgotten. */
    public void end(NodeName node) {
        endProbe(node);
        try {
            var seen = api.node(node);
            if (seen.load().isPresent()) {
                api.note(seen, Optional.empty());
            }
        } catch (ProblemException e) {
            LOG.log(Level.INFO, "what node {0} carried once stays noted on it: {1}", node, e.getMessage());
        }
    }

    /** What is missing, as a problem; empty if nothing is. */
    public static Optional<Problem> problem(ClusterName cluster, NodeName node, List<NodeCheck> checks) {
        var missing = checks.stream()
                .filter(each -> !each.holds())
                .map(each -> each.what() + ": " + each.detail())
                .collect(Collectors.joining("; "));
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.error(
                        ProblemCode.NODE_NOT_VERIFIED,
                        "node " + node + " of cluster " + cluster + " was not seen to work: " + missing,
                        Remedy.advise("See what is wrong with it.", "keelson describe node " + node)));
    }

    private List<NodeCheck> look(Expectation expected) {
        try {
            return checks(expected);
        } catch (ProblemException e) {
            return List.of(NodeCheck.api(e.problem().what()));
        }
    }

    private List<NodeCheck> checks(Expectation expected) {
        var checks = new ArrayList<NodeCheck>();
        checks.add(
                expected.converged().getAsBoolean()
                        ? NodeCheck.holds("bundle", "the host is what its order says")
                        : NodeCheck.fails("bundle", "the host is not what its order says yet"));
        var picture = api.everything();
        var node = picture.node(expected.node());
        boolean ready = node.filter(each -> each.ready()).isPresent();
        checks.add(
                ready
                        ? NodeCheck.holds("kubelet", "ready")
                        : NodeCheck.fails("kubelet", node.isEmpty() ? "there is no such node" : "not ready"));
        checks.add(daemons(picture, expected.node()));
        checks.add(ready ? probe(expected) : NodeCheck.fails("network", "not looked at before the kubelet is ready"));
        if (node.isPresent()) {
            api.node(expected.node()).load().ifPresent(lost -> checks.add(load(lost.missing(picture))));
        }
        return checks;
    }

    private static NodeCheck daemons(WorkPicture picture, NodeName node) {
        var missing = picture.daemonsMissing(node).stream().map(Owner::toString).collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? NodeCheck.holds("daemons", "every DaemonSet has its pod ready")
                : NodeCheck.fails("daemons", "no ready pod of " + missing);
    }

    private NodeCheck probe(Expectation expected) {
        return switch (api.probe(expected.node(), expected.image())) {
            case ProbeAnswer.Reached(var how) -> NodeCheck.holds("network", how);
            case ProbeAnswer.NotYet(var why) -> NodeCheck.fails("network", why);
        };
    }

    private static NodeCheck load(List<String> missing) {
        return missing.isEmpty()
                ? NodeCheck.holds("load", "what it carried runs")
                : NodeCheck.fails("load", String.join(", ", missing));
    }

    /** A probe that is left behind does no harm: the next one takes it over. */
    private void endProbe(NodeName node) {
        try {
            api.endProbe(node);
        } catch (ProblemException e) {
            LOG.log(Level.INFO, "the probe pod of node {0} stays: {1}", node, e.getMessage());
        }
    }
}
