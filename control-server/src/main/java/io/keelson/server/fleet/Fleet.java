package io.keelson.server.fleet;

import io.keelson.server.content.BundleCatalog;
import io.keelson.server.content.PublishedBundle;
import io.keelson.server.departures.Departure;
import io.keelson.server.departures.DepartureRecords;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.enrolment.Host;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.observed.ObservedStates;
import io.keelson.server.pool.NodePools;
import io.keelson.server.pool.PoolRecords;
import io.keelson.server.pool.PoolStandings;
import io.keelson.server.pool.PoolsImage;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Takes pictures of the fleet from what the store holds now. */
public final class Fleet {
    private final Hosts hosts;
    private final DesiredStates desired;
    private final ObservedStates observed;
    private final ClusterRegistry clusters;
    private final BundleCatalog bundles;
    private final DepartureRecords departures;
    private final Pools pools;

    /** Who keeps node pools. */
    public record Pools(NodePools declared, PoolRecords records, PoolStandings standings) {
        /** After the declarations of clusters were read: whoever is in a pool of the one or of the other shows in one of them. */
        PoolsImage read() {
            return PoolsImage.of(declared.all(), records.all(), standings.all());
        }
    }

    public Fleet(
            Hosts hosts,
            DesiredStates desired,
            ObservedStates observed,
            ClusterRegistry clusters,
            BundleCatalog bundles,
            DepartureRecords departures,
            Pools pools) {
        this.hosts = hosts;
        this.desired = desired;
        this.observed = observed;
        this.clusters = clusters;
        this.bundles = bundles;
        this.pools = pools;
        this.departures = departures;
    }

    /**
     * The fleet as it is now. Declarations, and who is to go, are read first: whatever was assigned because of them, or done to a
     * host before it was said, shows.
     *
     * @throws io.keelson.problem.ProblemException {@code SERVER_STORE_UNAVAILABLE}
     */
    public FleetImage read() {
        var declared = clusters.all();
        var pooled = pools.read();
        var going = departures.all();
        return image(hosts.all(), desired.all(), observed.all(), declared, bundles.list(), going, pooled);
    }

    List<Host> hosts() {
        return hosts.all();
    }

    List<DesiredState> desired() {
        return desired.all();
    }

    List<ObservedHost> observed() {
        return observed.all();
    }

    List<RegisteredCluster> clusters() {
        return clusters.all();
    }

    List<PublishedBundle> bundles() {
        return bundles.list();
    }

    List<Departure> departures() {
        return departures.all();
    }

    PoolsImage pools() {
        return pools.read();
    }

    static FleetImage image(
            List<Host> hosts,
            List<DesiredState> desired,
            List<ObservedHost> observed,
            List<RegisteredCluster> clusters,
            List<PublishedBundle> bundles,
            List<Departure> departures,
            PoolsImage pools) {
        var told = desired.stream().collect(Collectors.toMap(DesiredState::host, Function.identity()));
        var seen = observed.stream().collect(Collectors.toMap(ObservedHost::host, Function.identity()));
        var going = departures.stream().collect(Collectors.toMap(Departure::host, Function.identity()));
        var whole = hosts.stream()
                .map(host -> new FleetHost(
                        host,
                        Optional.ofNullable(told.get(host.id())),
                        Optional.ofNullable(seen.get(host.id())),
                        Optional.ofNullable(going.get(host.id()))))
                .toList();
        return FleetImage.of(whole, clusters, bundles, pools);
    }
}
