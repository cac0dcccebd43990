package io.keelson.server.poolrollout;

import io.keelson.drain.DrainPolicy;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.NodeSpec;
import io.keelson.pool.PoolHost.Emptied;
import io.keelson.problem.Problem;
import io.keelson.server.drain.Emptyings;
import io.keelson.server.drain.NodeCheck;
import io.keelson.server.drain.NodeObjects;
import io.keelson.server.drain.NodeVerification.Expectation;
import io.keelson.server.drain.Verifications;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.LiveFleet;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What pools want of nodes, done by this server. */
public final class ClusterNodeTasks implements NodeTasks {
    private final Emptyings emptyings;
    private final Verifications verifications;
    private final NodeObjects objects;
    private final ReadyNodes nodes;
    private final Pictures pictures;
    private final InstantSource clock;

    /** @param live for what is asked often, @param fleet for what must not be a moment old */
    public record Pictures(LiveFleet live, Fleet fleet) {}

    public ClusterNodeTasks(
            Emptyings emptyings,
            Verifications verifications,
            NodeObjects objects,
            ReadyNodes nodes,
            Pictures pictures,
            InstantSource clock) {
        this.emptyings = emptyings;
        this.verifications = verifications;
        this.objects = objects;
        this.nodes = nodes;
        this.pictures = pictures;
        this.clock = clock;
    }

    @Override
    public Emptying empty(ClusterName cluster, NodeName node, DrainPolicy policy, Instant since) {
        return switch (emptyings.ensure(cluster, node, policy, since)) {
            case io.keelson.server.drain.Emptying.UnderWay(var waits) ->
                new Emptying(Emptied.NOT_YET, String.join("; ", waits));
            case io.keelson.server.drain.Emptying.Done(var homeless) ->
                new Emptying(
                        homeless.isEmpty() ? Emptied.DONE : Emptied.HOMELESS,
                        homeless.isEmpty()
                                ? ""
                                : "that what it carried runs elsewhere: " + String.join("; ", homeless));
            case io.keelson.server.drain.Emptying.Blocked(var reasons) ->
                new Emptying(
                        Emptied.BLOCKED, reasons.stream().map(Problem::what).collect(Collectors.joining("; ")));
        };
    }

    @Override
    public boolean takeBack(ClusterName cluster, NodeName node) {
        return emptyings.takeBack(cluster, node);
    }

    @Override
    public Working verify(ClusterName cluster, NodeName node, HostId host, String image) {
        var seen =
                verifications.ensure(cluster, node, new Expectation(node, image, () -> isWhatItIsToBe(cluster, host)));
        return new Working(
                seen.holdsSince(),
                seen.isOfTheNode(),
                seen.checks().stream()
                        .filter(check -> !check.holds())
                        .map(ClusterNodeTasks::text)
                        .collect(Collectors.joining("; ")));
    }

    private static String text(NodeCheck check) {
        return check.what() + ": " + check.detail();
    }

    private boolean isWhatItIsToBe(ClusterName cluster, HostId host) {
        return Optional.ofNullable(pictures.live().image().hosts().get(host))
                .filter(found -> found.connected(clock.instant()) && found.converged())
                .flatMap(FleetHost::node)
                .map(NodeSpec::cluster)
                .equals(Optional.of(cluster));
    }

    @Override
    public void verified(ClusterName cluster, NodeName node) {
        verifications.forget(cluster, node);
    }

    @Override
    public boolean delete(ClusterName cluster, NodeName node, HostId host) {
        return objects.delete(cluster, node, () -> hasLeft(host));
    }

    private boolean hasLeft(HostId host) {
        return Optional.ofNullable(pictures.fleet().read().hosts().get(host))
                .flatMap(FleetHost::holds)
                .isEmpty();
    }

    @Override
    public Optional<Set<NodeName>> ready(ClusterName cluster) {
        return nodes.of(cluster);
    }
}
