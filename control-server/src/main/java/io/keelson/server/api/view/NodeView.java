package io.keelson.server.api.view;

import io.keelson.fleet.NodeSpec;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.observed.ObservedHost;
import java.time.Instant;
import java.util.List;

/** A resource of kind Node. */
final class NodeView {
    private static final String POOL = "keelson.io/pool";

    private NodeView() {}

    static String render(FleetHost host, NodeSpec node, Instant now) {
        var document = Document.of("Node", node.node().value(), host.host().enrolled());
        var spec = document.spec()
                .put("cluster", node.cluster().value())
                .put("role", Words.role(node.role()))
                .put("zone", node.zone().value())
                .put("host", host.id().value())
                .put("address", node.address().value())
                .put("bundle", node.bundle().value())
                .put("podCidr", node.podCidr().toString());
        var pool = node.labels().get(POOL);
        if (pool != null) {
            spec.put("pool", pool);
        }
        var status = document.status()
                .put("phase", phase(host, now))
                .put("connected", host.connected(now))
                .put("desiredRevision", host.desiredRevision().value());
        host.departure().ifPresent(departure -> DepartureView.write(document.status(), departure));
        host.observed().ifPresent(seen -> {
            status.put("acceptedRevision", seen.accepted().value())
                    .put("convergedRevision", seen.converged().value())
                    .put("lastSeen", Document.time(seen.lastSeen()));
            HostView.step(status, seen);
            seen.lastProblem().ifPresent(problem -> Document.problem(status.putObject("problem"), problem));
        });
        document.conditions(List.of(HostView.ready(host, now), HostView.connected(host, now)));
        return document.json();
    }

    /**
     * {@code Halted}, {@code Draining}, {@code DrainBlocked}, {@code Leaving}, {@code Pending}, {@code Installing}, {@code Ready}, or
     * {@code Unknown} while nobody hears of it.
     */
    static String phase(FleetHost host, Instant now) {
        if (host.halted()) {
            return "Halted";
        }
        if (host.leaving().isPresent()) {
            return "Leaving";
        }
        var leaves = DepartureView.phase(host);
        if (leaves.isPresent()) {
            return leaves.get();
        }
        if (!host.converged()) {
            boolean accepted = host.observed()
                    .map(ObservedHost::accepted)
                    .filter(revision -> revision.compareTo(host.desiredRevision()) >= 0)
                    .isPresent();
            return accepted ? "Installing" : "Pending";
        }
        return host.connected(now) ? "Ready" : "Unknown";
    }
}
