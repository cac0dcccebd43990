package io.keelson.server.fleet;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterPlanner;
import io.keelson.fleet.ClusterSpec;
import io.keelson.fleet.EnrolledHost;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.pool.NodePool;
import io.keelson.pool.PoolRules;
import io.keelson.problem.Problem;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.KnownBundle;
import io.keelson.release.KubernetesVersion;
import io.keelson.server.content.PublishedBundle;
import io.keelson.server.pool.PoolRecord;
import io.keelson.server.pool.PoolsImage;
import io.keelson.server.pool.RegisteredPool;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The fleet at one moment. Decisions are made on it; it never changes under their hands. */
public record FleetImage(
        SortedMap<HostId, FleetHost> hosts,
        SortedMap<ClusterName, RegisteredCluster> clusters,
        Map<BundleName, PublishedBundle> bundles,
        PoolsImage pools) {
    public FleetImage {
        hosts = Collections.unmodifiableSortedMap(new TreeMap<>(hosts));
        clusters = Collections.unmodifiableSortedMap(new TreeMap<>(clusters));
        bundles = Map.copyOf(bundles);
    }

    /** The image of its parts, without node pools. */
    public static FleetImage of(
            List<FleetHost> hosts, List<RegisteredCluster> clusters, List<PublishedBundle> bundles) {
        return of(hosts, clusters, bundles, PoolsImage.NONE);
    }

    /** The image of its parts. */
    public static FleetImage of(
            List<FleetHost> hosts, List<RegisteredCluster> clusters, List<PublishedBundle> bundles, PoolsImage pools) {
        return new FleetImage(
                sorted(hosts, FleetHost::id),
                sorted(clusters, RegisteredCluster::name),
                bundles.stream().collect(Collectors.toMap(b -> b.manifest().name(), Function.identity())),
                pools);
    }

    private static <K extends Comparable<K>, V> SortedMap<K, V> sorted(List<V> values, Function<V, K> key) {
        var map = new TreeMap<K, V>();
        values.forEach(value -> map.put(key.apply(value), value));
        return map;
    }

    /** Bundles, newest Kubernetes first; those that bring none stand behind. */
    public List<PublishedBundle> bundlesNewestFirst() {
        return bundles.values().stream()
                .sorted(Comparator.comparing(
                                FleetImage::kubernetes,
                                Comparator.nullsFirst(Comparator.<KubernetesVersion>naturalOrder()))
                        .reversed()
                        .thenComparing(bundle -> bundle.manifest().name().value(), Comparator.reverseOrder()))
                .toList();
    }

    private static @Nullable KubernetesVersion kubernetes(PublishedBundle bundle) {
        return bundle.manifest()
                .kubernetesRelease()
                .map(BundleManifest::kubernetes)
                .orElse(null);
    }

    /**
     * The cluster that a host is told to be in or has not left yet, or else the one that declares it, or whose node pool has it as
     * a spare.
     */
    public Optional<ClusterName> clusterOf(HostId id) {
        return heldBy(id)
                .or(() -> clusters.values().stream()
                        .filter(cluster -> cluster.names(id))
                        .map(RegisteredCluster::name)
                        .findFirst())
                .or(() -> spareOf(id));
    }

    /**
     * Whether a host stays what it is when its node pool lets go of it: its cluster's declaration names it, or it has failed and is
     * no node.
     */
    public boolean isKeptWithoutItsPool(PoolRecord record) {
        var host = record.host();
        return switch (record.stage()) {
            case SPARE -> true;
            case SERVING ->
                heldBy(host)
                        .map(clusters::get)
                        .filter(cluster -> cluster.names(host))
                        .isPresent();
            case FAILED -> heldBy(host).isEmpty();
            case VERIFYING, PREPARING, DRAINING, PATCHING, LEAVING -> false;
        };
    }

    private Optional<ClusterName> spareOf(HostId id) {
        return pools.poolOf(id).map(pool -> pool.pool().cluster());
    }

    /** The declaration as the cluster's hosts are told it: with the workers that node pools have as nodes. */
    public ClusterSpec effective(ClusterSpec declared) {
        return new EffectiveCluster(this, declared).spec();
    }

    /** Every host that is to be a node of the cluster. */
    public Set<HostId> named(RegisteredCluster cluster) {
        var spec = effective(cluster.spec());
        var named = new TreeSet<>(spec.controlPlane());
        spec.pools().forEach(pool -> named.addAll(pool.hosts()));
        return named;
    }

    /** What the hosts of a cluster were told so far. */
    public Map<HostId, NodeSpec> assigned(ClusterName cluster) {
        var assigned = new TreeMap<HostId, NodeSpec>();
        hosts.forEach((id, host) ->
                host.node().filter(node -> node.cluster().equals(cluster)).ifPresent(node -> assigned.put(id, node)));
        return assigned;
    }

    /** What the hosts were that were told to leave a cluster and have not left it yet. */
    public Map<HostId, NodeSpec> leaving(ClusterName cluster) {
        var leaving = new TreeMap<HostId, NodeSpec>();
        hosts.forEach((id, host) ->
                host.leaving().filter(node -> node.cluster().equals(cluster)).ifPresent(node -> leaving.put(id, node)));
        return leaving;
    }

    private Optional<ClusterName> heldBy(HostId id) {
        return Optional.ofNullable(hosts.get(id)).flatMap(FleetHost::holds).map(NodeSpec::cluster);
    }

    /** As {@link #clusterOf}; where several declare the host, one that is not the asker. */
    private Optional<ClusterName> ownerOf(HostId id, ClusterName asker) {
        return heldBy(id)
                .or(() -> clusters.values().stream()
                        .filter(cluster -> cluster.names(id) && !cluster.name().equals(asker))
                        .map(RegisteredCluster::name)
                        .findFirst())
                .or(() -> spareOf(id))
                .or(() -> clusterOf(id));
    }

    /** Everything that a plan of that declaration depends on. */
    public ClusterPlanner.Question question(ClusterSpec spec) {
        var enrolled = hosts.values().stream()
                .filter(host -> !host.host().revoked())
                .map(host -> enrolled(host, spec.name()))
                .toList();
        return ClusterPlanner.Question.of(
                        effective(spec),
                        enrolled,
                        assigned(spec.name()),
                        knownBundles().values())
                .leaving(leaving(spec.name()));
    }

    /**
     * What stands against a node pool, and what its operator should know.
     *
     * @param before as it is declared so far
     */
    public List<Problem> judge(NodePool pool, Optional<NodePool> before) {
        return PoolRules.judge(PoolQuestions.of(this, pool, before));
    }

    Map<BundleName, KnownBundle> knownBundles() {
        return bundles.values().stream()
                .map(bundle -> new KnownBundle(bundle.manifest(), bundle.digest(), bundle.refused()))
                .collect(Collectors.toMap(bundle -> bundle.manifest().name(), Function.identity()));
    }

    private EnrolledHost enrolled(FleetHost host, ClusterName asker) {
        return new EnrolledHost(
                host.id(),
                host.host().zone(),
                host.host().address(),
                ownerOf(host.id(), asker),
                host.observed().map(seen -> seen.facts().architecture()).filter(found -> !found.isEmpty()));
    }

    /** This image with a declaration in the place of the one of that name, as if it were registered. */
    public FleetImage with(RegisteredCluster cluster) {
        var changed = new TreeMap<>(clusters);
        changed.put(cluster.name(), cluster);
        return new FleetImage(hosts, changed, bundles, pools);
    }

    /** The same with a node pool in the place of the one of that name. */
    public FleetImage with(RegisteredPool pool) {
        return new FleetImage(hosts, clusters, bundles, pools.with(pool));
    }
}
