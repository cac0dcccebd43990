package io.keelson.server.api.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.keelson.fleet.ClusterPlan;
import io.keelson.fleet.ClusterPlanner;
import io.keelson.fleet.ClusterPlanning;
import io.keelson.fleet.ClusterSpec;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Role;
import io.keelson.problem.Problem;
import io.keelson.problem.Severity;
import io.keelson.release.BundleName;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A resource of kind Cluster. */
final class ClusterView {
    private ClusterView() {}

    static String render(FleetImage fleet, RegisteredCluster cluster, Instant now) {
        var document = Document.of("Cluster", cluster.name().value(), cluster.created());
        spec(document, cluster.spec());
        var problems = switch (ClusterPlanner.plan(fleet.question(cluster.spec()))) {
            case ClusterPlan plan -> plan.warnings();
            case ClusterPlanning.Refused(var found) -> found;
        };
        var nodes = fleet.hosts().values().stream()
                .filter(host -> node(host, cluster).isPresent())
                .toList();
        var expected = fleet.named(cluster);
        long named = expected.size();
        // Who is to go and cannot yet makes the cluster no less what it was declared to be.
        var members =
                nodes.stream().filter(host -> expected.contains(host.id())).toList();
        var standing = new Standing(cluster.spec().bundle(), members, named, problems, now);
        var status = document.status();
        status.put("phase", standing.phase())
                .put("generation", cluster.generation())
                .put("nodes", named)
                .put("nodesConverged", standing.count(standing::arrived))
                .put("nodesReady", standing.count(standing::arrived) + "/" + named);
        var halted = status.putArray("halted");
        nodes.stream().filter(FleetHost::halted).forEach(host -> halted(host, halted));
        var found = status.putArray("problems");
        problems.forEach(problem -> {
            var entry = found.addObject().put("warning", problem.severity() == Severity.WARNING);
            Document.problem(entry, problem);
        });
        nodes.stream()
                .flatMap(host -> host.departure().stream())
                .flatMap(departure -> departure.reasons().stream())
                .forEach(reason -> Document.problem(found.addObject().put("warning", true), reason));
        document.conditions(standing.conditions());
        return document.json();
    }

    private static Optional<NodeSpec> node(FleetHost host, RegisteredCluster cluster) {
        return host.node().filter(node -> node.cluster().equals(cluster.name()));
    }

    private static void halted(FleetHost host, ArrayNode into) {
        var entry = into.addObject().put("host", host.id().value());
        host.observed().ifPresent(seen -> {
            entry.put("step", seen.step());
            seen.lastProblem().ifPresent(problem -> Document.problem(entry, problem));
        });
    }

    /** As it may be applied again. */
    private static void spec(Document document, ClusterSpec spec) {
        document.spec().put("bundle", spec.bundle().value());
        document.spec()
                .putObject("network")
                .put("pods", spec.network().pods().toString())
                .put("services", spec.network().services().toString())
                .put("dnsDomain", spec.network().dnsDomain());
        hosts(document.spec().putObject("controlPlane").putArray("hosts"), spec.controlPlane());
        document.spec()
                .putObject("etcd")
                .putObject("snapshots")
                .put("every", spec.snapshots().every().toString())
                .put("keep", spec.snapshots().keep())
                .put("prove", spec.snapshots().prove().toString());
        var pools = document.spec().putArray("pools");
        spec.pools()
                .forEach(pool ->
                        hosts(pools.addObject().put("name", pool.name().value()).putArray("hosts"), pool.hosts()));
    }

    private static void hosts(ArrayNode into, List<HostId> hosts) {
        hosts.forEach(host -> into.add(host.value()));
    }

    /** How a cluster stands, from what its hosts said last. */
    private record Standing(BundleName bundle, List<FleetHost> nodes, long named, List<Problem> problems, Instant now) {
        private long count(Predicate<FleetHost> which) {
            return nodes.stream().filter(which).count();
        }

        private boolean refused() {
            return problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
        }

        /** Whether it is what it is to be; a host that waits for its turn was not told yet of which bundle. */
        private boolean arrived(FleetHost host) {
            return host.converged() && host.node().map(NodeSpec::bundle).equals(Optional.of(bundle));
        }

        private boolean converged() {
            return !refused() && nodes.size() == named && count(this::arrived) == named;
        }

        private String phase() {
            if (count(FleetHost::halted) > 0 || (refused() && !nodes.isEmpty())) {
                return "Halted";
            }
            if (nodes.isEmpty()) {
                return "Pending";
            }
            if (!converged()) {
                return "Installing";
            }
            return count(host -> host.connected(now)) == named ? "Ready" : "Degraded";
        }

        private List<Condition> conditions() {
            return List.of(ready(), planned(), reachable());
        }

        private Condition ready() {
            return switch (phase()) {
                case "Ready" -> new Condition("Ready", Condition.State.TRUE, "AllConverged", "");
                case "Degraded" ->
                    new Condition(
                            "Ready",
                            Condition.State.UNKNOWN,
                            "HostsNotConnected",
                            "not connected: " + names(host -> !host.connected(now)));
                case "Halted" -> new Condition("Ready", Condition.State.FALSE, "Halted", haltedBy());
                default ->
                    new Condition(
                            "Ready",
                            Condition.State.FALSE,
                            "Converging",
                            count(this::arrived) + " of " + named + " nodes are what they are to be");
            };
        }

        private String haltedBy() {
            return refused()
                    ? problems.stream()
                            .filter(problem -> problem.severity() == Severity.ERROR)
                            .map(problem -> problem.code() + ": " + problem.what())
                            .collect(Collectors.joining("; "))
                    : "halted: " + names(FleetHost::halted);
        }

        private Condition planned() {
            return new Condition(
                    "Planned",
                    Condition.of(!refused()),
                    refused() ? "Refused" : "Accepted",
                    refused() ? haltedBy() : "");
        }

        /** Whether kubectl would find a control-plane host through the server. */
        private Condition reachable() {
            long there = nodes.stream()
                    .filter(host -> host.node()
                            .filter(node -> node.role() == Role.CONTROL_PLANE)
                            .isPresent())
                    .filter(host -> host.connected(now))
                    .count();
            return new Condition(
                    "Reachable",
                    Condition.of(there > 0),
                    there > 0 ? "Connected" : "NoControlPlaneHost",
                    there + " control-plane hosts are connected");
        }

        private String names(Predicate<FleetHost> which) {
            return nodes.stream().filter(which).map(host -> host.id().value()).collect(Collectors.joining(", "));
        }
    }
}
