package io.keelson.server.fleet;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterPlanner;
import io.keelson.fleet.ClusterSpec;
import io.keelson.fleet.EnrolledHost;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeSpec;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.KnownBundle;
import io.keelson.release.KubernetesVersion;
import io.keelson.server.content.PublishedBundle;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The fleet at one moment. Decisions are made on it; it never changes under their hands. */
public record FleetImage(
        SortedMap<HostId, FleetHost> hosts,
        SortedMap<ClusterName, RegisteredCluster> clusters,
        Map<BundleName, PublishedBundle> bundles) {
    public FleetImage {
        hosts = Collections.unmodifiableSortedMap(new TreeMap<>(hosts));
        clusters = Collections.unmodifiableSortedMap(new TreeMap<>(clusters));
        bundles = Map.copyOf(bundles);
    }

    /** The image of its parts. */
    public static FleetImage of(
            List<FleetHost> hosts, List<RegisteredCluster> clusters, List<PublishedBundle> bundles) {
        return new FleetImage(
                sorted(hosts, FleetHost::id),
                sorted(clusters, RegisteredCluster::name),
                bundles.stream().collect(Collectors.toMap(b -> b.manifest().name(), Function.identity())));
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

    /** The cluster that a host is told to be in or has not left yet, or else the one that declares it. */
    public Optional<ClusterName> clusterOf(HostId id) {
        return heldBy(id)
                .or(() -> clusters.values().stream()
                        .filter(cluster -> cluster.names(id))
                        .map(RegisteredCluster::name)
                        .findFirst());
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
                .or(() -> clusterOf(id));
    }

    /** Everything that a plan of that declaration depends on. */
    public ClusterPlanner.Question question(ClusterSpec spec) {
        var enrolled = hosts.values().stream()
                .filter(host -> !host.host().revoked())
                .map(host -> enrolled(host, spec.name()))
                .toList();
        var known = bundles.values().stream()
                .map(bundle -> new KnownBundle(bundle.manifest(), bundle.digest(), bundle.refused()))
                .toList();
        return ClusterPlanner.Question.of(spec, enrolled, assigned(spec.name()), known)
                .leaving(leaving(spec.name()));
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
        return new FleetImage(hosts, changed, bundles);
    }
}
