package io.keelson.server.api.view;

import io.keelson.server.fleet.FleetImage;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Every resource of a kind as JSON, by name. */
public final class ResourceViews {
    private ResourceViews() {}

    /** Hosts, by id. */
    public static SortedMap<String, String> hosts(FleetImage fleet, Instant now) {
        var views = new TreeMap<String, String>();
        fleet.hosts().forEach((id, host) -> views.put(id.value(), HostView.render(fleet, host, now)));
        return views;
    }

    /** Clusters, by name. */
    public static SortedMap<String, String> clusters(FleetImage fleet, Instant now) {
        var views = new TreeMap<String, String>();
        fleet.clusters().forEach((name, cluster) -> views.put(name.value(), ClusterView.render(fleet, cluster, now)));
        return views;
    }

    /** Node pools, by name. */
    public static SortedMap<String, String> pools(FleetImage fleet, Instant now) {
        var views = new TreeMap<String, String>();
        fleet.pools().pools().forEach((name, pool) -> views.put(name.value(), PoolView.render(fleet, pool, now)));
        return views;
    }

    /** Nodes that hosts were told to be or have not left yet, by name. */
    public static SortedMap<String, String> nodes(FleetImage fleet, Instant now) {
        var views = new TreeMap<String, String>();
        fleet.hosts()
                .values()
                .forEach(host -> host.holds()
                        .ifPresent(node -> views.put(node.node().value(), NodeView.render(host, node, now))));
        return views;
    }

    /** Bundles, newest Kubernetes first. */
    public static Map<String, String> bundles(FleetImage fleet) {
        var views = new LinkedHashMap<String, String>();
        fleet.bundlesNewestFirst()
                .forEach(bundle -> views.put(bundle.manifest().name().value(), BundleView.render(fleet, bundle)));
        return views;
    }
}
