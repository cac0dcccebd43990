package io.keelson.server.api.view;

import io.keelson.server.content.PublishedBundle;
import io.keelson.server.fleet.FleetImage;
import java.util.TreeMap;

/** A resource of kind Bundle. */
final class BundleView {
    private BundleView() {}

    static String render(FleetImage fleet, PublishedBundle bundle) {
        var manifest = bundle.manifest();
        var document = Document.of("Bundle", manifest.name().value(), bundle.published());
        var spec = document.spec()
                .put("kubernetes", manifest.kubernetes().toString())
                .put("os", manifest.os())
                .put("architecture", manifest.architecture())
                .put("minimumAgent", manifest.minimumAgent())
                .put("totalSize", manifest.totalSize())
                .put("manifestSha256", bundle.digest().hex());
        var allowedFrom = spec.putArray("allowedFrom");
        manifest.allowedFrom().forEach(allowedFrom::add);
        spec.putObject("support")
                .put("released", manifest.support().released().toString())
                .put("standardUntil", manifest.support().standardUntil().toString())
                .put("endOfLife", manifest.support().endOfLife().toString());
        var versions = spec.putObject("versions");
        new TreeMap<>(manifest.versions()).forEach(versions::put);
        var images = spec.putArray("images");
        manifest.images().forEach(image -> images.add(image.reference()));
        document.status().put("released", bundle.refused().isEmpty());
        bundle.refused().ifPresent(problem -> Document.problem(document.status().putObject("problem"), problem));
        var clusters = document.status().put("files", manifest.files().size()).putArray("clusters");
        fleet.clusters().values().stream()
                .filter(cluster -> cluster.spec().bundle().equals(manifest.name()))
                .forEach(cluster -> clusters.add(cluster.name().value()));
        return document.json();
    }
}
