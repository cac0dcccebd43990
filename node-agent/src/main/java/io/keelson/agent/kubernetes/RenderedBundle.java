package io.keelson.agent.kubernetes;

import io.keelson.agent.etcd.EtcdLayout;
import io.keelson.agent.etcd.EtcdPlanner;
import io.keelson.agent.os.ComponentUnit;
import io.keelson.agent.os.HostFile;
import io.keelson.fleet.NodeSpec;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleManifest.Image;
import io.keelson.release.Placeholder;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A bundle with its placeholders filled in for one node.
 *
 * @param release where the bundle lies unpacked
 */
record RenderedBundle(BundleManifest manifest, Path release, Map<Placeholder, String> values) {
    RenderedBundle {
        values = Map.copyOf(values);
    }

    static RenderedBundle of(NodeSpec spec, BundleManifest manifest) {
        var release = NodeFiles.release(manifest.name());
        var values = new EnumMap<Placeholder, String>(Placeholder.class);
        values.putAll(EtcdPlanner.placeholders(spec.etcd(), EtcdLayout.ofCluster(release)));
        values.put(Placeholder.NODE_NAME, spec.node().value());
        values.put(Placeholder.NODE_ADDRESS, spec.address().value());
        values.put(Placeholder.ZONE, spec.zone().value());
        values.put(Placeholder.CLUSTER_NAME, spec.cluster().value());
        values.put(Placeholder.POD_CIDR, spec.network().pods().toString());
        values.put(Placeholder.NODE_POD_CIDR, spec.podCidr().toString());
        values.put(Placeholder.SERVICE_CIDR, spec.network().services().toString());
        values.put(Placeholder.DNS_ADDRESS, spec.network().dnsAddress().value());
        values.put(Placeholder.DNS_DOMAIN, spec.network().dnsDomain());
        values.put(Placeholder.API_ENDPOINT, NodeFiles.API);
        values.put(Placeholder.API_PORT, Integer.toString(NodeSpec.API_PORT));
        values.put(Placeholder.CONFIG_DIR, NodeFiles.CONFIG.toString());
        values.put(
                Placeholder.CONTROL_PLANE_COUNT,
                Integer.toString(spec.controlPlane().size()));
        manifest.images().stream()
                .filter(image -> image.role().equals("pause"))
                .map(Image::reference)
                .findFirst()
                .ifPresent(pause -> values.put(Placeholder.PAUSE_IMAGE, pause));
        return new RenderedBundle(manifest, release, values);
    }

    /** A configuration file of the bundle, at its place. */
    HostFile config(String file) {
        return HostFile.text(NodeFiles.config(file), manifest.config(file).render(values));
    }

    ComponentUnit units() {
        return new ComponentUnit(manifest, release, values);
    }

    /** Those configuration files of the bundle that a command line names. */
    List<Path> configsNamedBy(List<String> argv) {
        return manifest.configs().keySet().stream()
                .sorted()
                .map(NodeFiles::config)
                .filter(path -> argv.stream().anyMatch(argument -> argument.contains(path.toString())))
                .toList();
    }
}
