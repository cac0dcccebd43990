package io.keelson.server.api.view;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.release.BundleManifest;
import io.keelson.release.OsManifest;
import io.keelson.server.content.PublishedBundle;
import io.keelson.server.fleet.FleetImage;
import java.util.TreeMap;

/** A resource of kind Bundle. */
final class BundleView {
    private BundleView() {}

    static String render(FleetImage fleet, PublishedBundle bundle) {
        var manifest = bundle.manifest();
        var document = Document.of("Bundle", manifest.name().value(), bundle.published());
        manifest.kubernetesRelease()
                .ifPresent(release ->
                        document.spec().put("kubernetes", release.kubernetes().toString()));
        var spec = document.spec()
                .put("os", manifest.os())
                .put("architecture", manifest.architecture())
                .put("minimumAgent", manifest.minimumAgent())
                .put("totalSize", manifest.totalSize())
                .put("manifestSha256", bundle.digest().hex());
        spec.putObject("support")
                .put("released", manifest.support().released().toString())
                .put("standardUntil", manifest.support().standardUntil().toString())
                .put("endOfLife", manifest.support().endOfLife().toString());
        switch (manifest) {
            case BundleManifest release -> release(spec, release);
            case OsManifest level -> level(spec, level);
        }
        document.status().put("released", bundle.refused().isEmpty());
        bundle.refused().ifPresent(problem -> Document.problem(document.status().putObject("problem"), problem));
        var clusters = document.status().put("files", manifest.files().size()).putArray("clusters");
        fleet.clusters().values().stream()
                .filter(cluster -> cluster.spec().bundle().equals(manifest.name()))
                .forEach(cluster -> clusters.add(cluster.name().value()));
        return document.json();
    }

    private static void release(ObjectNode spec, BundleManifest release) {
        var allowedFrom = spec.putArray("allowedFrom");
        release.allowedFrom().forEach(allowedFrom::add);
        var versions = spec.putObject("versions");
        new TreeMap<>(release.versions()).forEach(versions::put);
        var images = spec.putArray("images");
        release.images().forEach(image -> images.add(image.reference()));
    }

    private static void level(ObjectNode spec, OsManifest level) {
        spec.put("osRelease", level.release().toString())
                .put("format", level.format().suffix())
                .put("packages", level.packages().size());
    }
}
