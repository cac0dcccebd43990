package io.keelson.server.poolrollout;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.NodeSpec;
import io.keelson.pool.PoolHost.Emptied;
import io.keelson.pool.PoolHost.Seen;
import io.keelson.release.BundleName;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.observed.ReportedProblem;
import io.keelson.server.pool.PoolRecord;
import java.time.Instant;
import java.util.Optional;

/**
 * Looks at the hosts of one pool, and asks at the same time for what their stages want of their nodes: what is wanted and what is
 * seen of it is one call. Everything is asked for again at every look, so that nothing has to be remembered.
 */
final class HostSight {
    private final PooledFleet view;
    private final NodeTasks tasks;
    private final Drift drift;
    private final Instant now;

    HostSight(PooledFleet view, NodeTasks tasks, Drift drift, Instant now) {
        this.view = view;
        this.tasks = tasks;
        this.drift = drift;
        this.now = now;
    }

    /** Whether a node works that serves is not asked here: see {@link Sight#working}. */
    Sight of(PoolRecord record, FleetHost host) {
        return switch (record.stage()) {
            case SPARE -> Sight.of(seen(record, host, host.converged(), true), away(host));
            case PREPARING -> level(record, host, host.holds().isEmpty());
            case PATCHING -> level(record, host, host.node().isPresent());
            case VERIFYING -> verifying(record, host);
            case SERVING -> serving(record, host);
            case DRAINING -> draining(record, host);
            case LEAVING -> leaving(record, host);
            case FAILED -> Sight.of(seen(record, host, host.converged(), true), doing(host));
        };
    }

    private Sight level(PoolRecord record, FleetHost host, boolean stands) {
        var wanted = view.level(host);
        boolean told =
                wanted.isEmpty() || host.desired().flatMap(state -> state.os()).equals(wanted);
        boolean unknown = view.pool().pool().spec().level().isPresent() && wanted.isEmpty();
        return Sight.of(
                seen(record, host, stands && told && !unknown && host.converged(), true),
                unknown ? Optional.of("its OS level is not published any more") : doing(host));
    }

    private Sight verifying(PoolRecord record, FleetHost host) {
        var node = node(host);
        boolean settled = record.settled() || tasks.takeBack(cluster(), node);
        if (!settled) {
            return new Sight(
                    seen(record, host, host.converged(), true), false, false, Optional.of("that it takes pods again"));
        }
        var image = view.probeImage();
        if (image.isEmpty() || !isNode(host)) {
            return Sight.of(
                            seen(record, host, host.converged(), true),
                            image.isEmpty()
                                    ? Optional.of("its cluster's bundle is not published any more")
                                    : doing(host))
                    .excused(image.isEmpty());
        }
        var working = tasks.verify(cluster(), node, host.id(), image.get());
        var since = working.since().filter(at -> host.connected(now) && host.converged());
        return Sight.of(
                        new Seen(
                                host.connected(now),
                                host.converged(),
                                level(host),
                                true,
                                since.isPresent(),
                                since,
                                record.joined(),
                                Emptied.NOT_YET),
                        since.isPresent() ? Optional.empty() : away(host).or(() -> Optional.of(working.missing())))
                .excused(!working.looked() && host.connected(now) && host.converged());
    }

    private Sight serving(PoolRecord record, FleetHost host) {
        boolean settled = record.settled() || tasks.takeBack(cluster(), node(host));
        // Also while its agent tries again: that mends nothing yet.
        var failing = host.observed().flatMap(seen -> seen.failing(host.desiredRevision()));
        boolean differs = view.wanted(host)
                        .filter(wanted -> !host.node().equals(Optional.of(wanted)))
                        .isPresent()
                || failing.isPresent();
        boolean drifted = drift.lasts(
                host.id(), differs, now, view.pool().pool().spec().patience().joining());
        var waits =
                settled ? away(host).or(() -> failing.map(HostSight::said)) : Optional.of("that it takes pods again");
        return new Sight(seen(record, host, host.converged(), !drifted), settled, true, waits);
    }

    private Sight draining(PoolRecord record, FleetHost host) {
        if (view.isCancelled()) {
            return Sight.of(seen(record, host, host.converged(), true), Optional.empty());
        }
        var emptying = tasks.empty(cluster(), node(host), view.pool().pool().drain(), record.since());
        return Sight.of(
                new Seen(
                        host.connected(now),
                        host.converged(),
                        level(host),
                        true,
                        false,
                        Optional.empty(),
                        record.joined(),
                        emptying.how()),
                Optional.of(emptying.what()));
    }

    /** Nothing is left on it, and its Node object is gone: until then its name and its pods are not free. */
    private Sight leaving(PoolRecord record, FleetHost host) {
        if (host.holds().isPresent()) {
            return Sight.of(seen(record, host, false, true), doing(host));
        }
        boolean gone = tasks.delete(cluster(), node(host), host.id());
        return Sight.of(
                        seen(record, host, gone, true),
                        gone ? Optional.empty() : Optional.of("that its Node object is deleted"))
                .excused(!gone);
    }

    private Seen seen(PoolRecord record, FleetHost host, boolean obeyed, boolean current) {
        return new Seen(
                host.connected(now),
                obeyed,
                level(host),
                current,
                false,
                Optional.empty(),
                record.joined(),
                Emptied.NOT_YET);
    }

    static Optional<BundleName> level(FleetHost host) {
        return host.observed().flatMap(ObservedHost::level);
    }

    private Optional<String> away(FleetHost host) {
        return host.connected(now) ? Optional.empty() : Optional.of("its agent is not connected");
    }

    private Optional<String> doing(FleetHost host) {
        return away(host)
                .or(() -> halted(host))
                .or(() -> host.observed()
                        .filter(ObservedHost::running)
                        .map(ObservedHost::step)
                        .filter(step -> !step.isEmpty()));
    }

    private static Optional<String> halted(FleetHost host) {
        return host.observed()
                .flatMap(seen -> seen.haltedAt(host.desiredRevision()))
                .map(HostSight::said);
    }

    private static String said(ReportedProblem problem) {
        return problem.code() + ": " + problem.what();
    }

    private boolean isNode(FleetHost host) {
        return host.node().map(NodeSpec::cluster).equals(Optional.of(cluster()));
    }

    private ClusterName cluster() {
        return view.pool().pool().cluster();
    }

    static NodeName node(FleetHost host) {
        return new NodeName(host.id().value());
    }
}
