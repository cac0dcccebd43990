package io.keelson.server.api.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.fleet.OsSpec;
import io.keelson.server.api.manifest.Choice;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.observed.ReportedProblem;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** A resource of kind Host. */
final class HostView {
    private HostView() {}

    static String render(FleetImage fleet, FleetHost host, Instant now) {
        var document = Document.of("Host", host.id().value(), host.host().enrolled());
        document.spec()
                .put("zone", host.host().zone().value())
                .put("address", host.host().address().value());
        var status = document.status();
        status.put("phase", phase(fleet, host, now)).put("connected", host.connected(now));
        fleet.clusterOf(host.id()).ifPresent(cluster -> status.put("cluster", cluster.value()));
        fleet.pools()
                .of(host.id())
                .ifPresent(record ->
                        status.put("pool", record.pool().value()).put("poolStage", Choice.of(record.stage())));
        host.node()
                .ifPresent(node -> status.put("role", Words.role(node.role()))
                        .put("bundle", node.bundle().value()));
        status.put("desiredRevision", host.desiredRevision().value());
        host.departure().ifPresent(departure -> DepartureView.write(status, departure));
        level(status, host);
        host.observed().ifPresent(seen -> observed(document, seen));
        document.conditions(Stream.concat(
                        Stream.of(connected(host, now), ready(host, now)),
                        host.departure().map(DepartureView::condition).stream())
                .toList());
        return document.json();
    }

    /** The level of its operating system that it has, and the one that it is to have if that is another. */
    private static void level(ObjectNode status, FleetHost host) {
        var has = host.observed().flatMap(ObservedHost::level);
        has.ifPresent(level -> status.put("osLevel", level.value()));
        host.os()
                .map(OsSpec::level)
                .filter(wanted -> !has.equals(Optional.of(wanted)))
                .ifPresent(wanted -> status.put("wantedOsLevel", wanted.value()));
    }

    private static void observed(Document document, ObservedHost seen) {
        var status = document.status();
        status.put("acceptedRevision", seen.accepted().value())
                .put("convergedRevision", seen.converged().value())
                .put("lastSeen", Document.time(seen.lastSeen()))
                .put("server", seen.server())
                .put("agentVersion", seen.agentVersion())
                .put("bootId", seen.bootId())
                .put("droppedReports", seen.dropped());
        step(status, seen);
        var facts = seen.facts();
        var written = status.putObject("facts")
                .put("hostname", facts.hostname())
                .put("os", facts.osPrettyName().isEmpty() ? facts.os() : facts.osPrettyName())
                .put("architecture", facts.architecture())
                .put("kernel", facts.kernel())
                .put("cpus", facts.cpus())
                .put("memoryBytes", facts.memoryBytes())
                .put("diskFreeBytes", facts.diskFreeBytes());
        var addresses = written.putArray("addresses");
        facts.addresses().forEach(addresses::add);
        seen.lastProblem().ifPresent(problem -> Document.problem(status.putObject("problem"), problem));
    }

    /** The step that is carried out now, if any. */
    static void step(ObjectNode status, ObservedHost seen) {
        if (seen.running() && !seen.step().isEmpty()) {
            status.put("step", seen.step());
        }
    }

    /**
     * {@code Spare}, {@code Preparing} to be one, {@code Failed} on the way, {@code Reserved} for a cluster that has not begun,
     * {@code Leaving} it, or what the phase of the node is, or of a host that comes to another level of its operating system.
     */
    private static String phase(FleetImage fleet, FleetHost host, Instant now) {
        if (host.host().revoked()) {
            return "Revoked";
        }
        if (host.holds().isPresent() || isPatched(host)) {
            return NodeView.phase(host, now);
        }
        return fleet.pools()
                .of(host.id())
                .map(record -> switch (record.stage()) {
                    case SPARE -> "Spare";
                    case PREPARING -> "Preparing";
                    case FAILED -> "Failed";
                    case VERIFYING, SERVING, DRAINING, PATCHING, LEAVING -> "Reserved";
                })
                .orElseGet(() -> fleet.clusterOf(host.id()).isPresent() ? "Reserved" : "Spare");
    }

    private static boolean isPatched(FleetHost host) {
        return host.os().isPresent() && !host.converged();
    }

    static Condition connected(FleetHost host, Instant now) {
        if (host.observed().isEmpty()) {
            return new Condition(
                    "Connected",
                    Condition.State.FALSE,
                    "NeverConnected",
                    "the agent has not connected since it joined");
        }
        boolean connected = host.connected(now);
        var seen = host.observed().get().lastSeen();
        return new Condition(
                "Connected",
                Condition.of(connected),
                connected ? "SessionOpen" : "NoSession",
                connected ? "" : "last seen at " + Document.time(seen));
    }

    /** Whether the host is what it is to be; not known while nobody hears of it. */
    static Condition ready(FleetHost host, Instant now) {
        if (host.leaving().isPresent()) {
            return new Condition("Ready", Condition.State.FALSE, "Leaving", doing(host));
        }
        if (host.node().isEmpty() && isPatched(host)) {
            return new Condition("Ready", Condition.State.FALSE, "Patching", doing(host));
        }
        if (host.node().isEmpty()) {
            return new Condition("Ready", Condition.State.FALSE, "Unassigned", "the host is no node yet");
        }
        var problem = host.observed().flatMap(ObservedHost::lastProblem).filter(p -> !p.warning());
        if (problem.isPresent()) {
            return new Condition("Ready", Condition.State.FALSE, "Halted", text(problem.get()));
        }
        if (!host.converged()) {
            var step = host.observed().filter(ObservedHost::running).map(ObservedHost::step);
            return new Condition("Ready", Condition.State.FALSE, "Converging", step.orElse("waiting for the agent"));
        }
        return host.connected(now)
                ? new Condition("Ready", Condition.State.TRUE, "Converged", "")
                : new Condition(
                        "Ready", Condition.State.UNKNOWN, "NotConnected", "it was ready when it was last heard of");
    }

    private static String doing(FleetHost host) {
        return host.observed()
                .flatMap(seen -> seen.haltedAt(host.desiredRevision()))
                .map(HostView::text)
                .orElseGet(() -> host.observed()
                        .filter(ObservedHost::running)
                        .map(ObservedHost::step)
                        .orElse("waiting for the agent"));
    }

    private static String text(ReportedProblem problem) {
        return problem.code() + ": " + problem.what();
    }
}
