package io.keelson.server.api.manifest;

import io.keelson.fleet.Cidr;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterNetwork;
import io.keelson.fleet.ClusterSpec;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.release.BundleName;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A document of kind Cluster. */
final class ClusterReader {
    private static final Cidr PODS = Cidr.parse("10.244.0.0/16");
    private static final Cidr SERVICES = Cidr.parse("10.96.0.0/16");
    private static final String DNS_DOMAIN = "cluster.local";
    private static final Pattern DOMAIN =
            Pattern.compile("(?=.{1,180}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");

    private ClusterReader() {}

    /** The cluster; empty when a problem was found that leaves no sensible value. */
    static Optional<ClusterSpec> read(YamlObject document) {
        var name = document.object("metadata", List.of("name", "creationTimestamp", "generation"))
                .flatMap(metadata -> metadata.value("name", ClusterName::new));
        var spec = document.object("spec", List.of("bundle", "network", "controlPlane", "pools", "etcd"));
        if (spec.isEmpty()) {
            return Optional.empty();
        }
        var bundle = spec.get().value("bundle", BundleName::new);
        var network = network(spec.get());
        var controlPlane =
                spec.get().object("controlPlane", List.of("hosts")).map(plane -> plane.values("hosts", HostId::new));
        var pools = pools(spec.get());
        var snapshots = snapshots(spec.get());
        if (name.isEmpty() || bundle.isEmpty() || network.isEmpty() || controlPlane.isEmpty() || snapshots.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new ClusterSpec(name.get(), bundle.get(), network.get(), controlPlane.get(), pools, snapshots.get()));
    }

    private static Optional<SnapshotPolicy> snapshots(YamlObject spec) {
        var usual = SnapshotPolicy.STANDARD;
        if (!spec.has("etcd")) {
            return Optional.of(usual);
        }
        var etcd = spec.object("etcd", List.of("snapshots"));
        if (etcd.filter(fields -> !fields.has("snapshots")).isPresent()) {
            return Optional.of(usual);
        }
        var snapshots = etcd.flatMap(fields -> fields.object("snapshots", List.of("every", "keep", "prove")));
        // Each is judged by the type itself, so that its own place is told.
        var every = snapshots.flatMap(fields -> fields.value("every", text -> every(duration(text)), usual.every()));
        var keep = snapshots.flatMap(fields -> fields.whole("keep", ClusterReader::keep, usual.keep()));
        var prove = snapshots.flatMap(fields -> fields.value("prove", text -> prove(duration(text)), usual.prove()));
        if (every.isEmpty() || keep.isEmpty() || prove.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new SnapshotPolicy(every.get(), keep.get(), prove.get()));
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("not an ISO 8601 duration such as PT1H: '" + text + "'", e);
        }
    }

    private static Duration every(Duration every) {
        return new SnapshotPolicy(every, SnapshotPolicy.STANDARD.keep(), SnapshotPolicy.STANDARD.prove()).every();
    }

    private static Duration prove(Duration prove) {
        return new SnapshotPolicy(SnapshotPolicy.STANDARD.every(), SnapshotPolicy.STANDARD.keep(), prove).prove();
    }

    private static int keep(long keep) {
        return new SnapshotPolicy(
                        SnapshotPolicy.STANDARD.every(), Math.toIntExact(keep), SnapshotPolicy.STANDARD.prove())
                .keep();
    }

    private static Optional<ClusterNetwork> network(YamlObject spec) {
        if (!spec.has("network")) {
            return Optional.of(new ClusterNetwork(PODS, SERVICES, DNS_DOMAIN));
        }
        var network = spec.object("network", List.of("pods", "services", "dnsDomain"));
        var pods = network.flatMap(n -> n.value("pods", Cidr::parse, PODS));
        var services = network.flatMap(n -> n.value("services", Cidr::parse, SERVICES));
        var domain = network.flatMap(n -> n.value("dnsDomain", ClusterReader::domain, DNS_DOMAIN));
        if (pods.isEmpty() || services.isEmpty() || domain.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ClusterNetwork(pods.get(), services.get(), domain.get()));
    }

    private static List<ClusterSpec.Pool> pools(YamlObject spec) {
        var pools = new ArrayList<ClusterSpec.Pool>();
        if (spec.has("pools")) {
            for (var pool : spec.objects("pools", List.of("name", "hosts"))) {
                var name = pool.value("name", PoolName::new);
                var hosts = pool.values("hosts", HostId::new);
                name.ifPresent(known -> pools.add(new ClusterSpec.Pool(known, hosts)));
            }
        }
        return pools;
    }

    private static String domain(String text) {
        if (!DOMAIN.matcher(text).matches()) {
            throw new IllegalArgumentException("not a DNS domain: '" + text + "'");
        }
        return text;
    }
}
