package io.keelson.cli.bundle;

import io.keelson.cli.output.TextTable;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.Digest;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A manifest for a person's eyes.
 *
 * @param bytes of the manifest
 */
record ManifestSummary(BundleManifest manifest, byte[] bytes) {
    void write(PrintWriter out) {
        var rows = new LinkedHashMap<String, String>();
        rows.put("Name", manifest.name().value());
        rows.put("Digest", Digest.of(bytes).toString());
        rows.put("Kubernetes", manifest.kubernetes().toString());
        rows.put("Versions", pairs(new TreeMap<>(manifest.versions())));
        rows.put("Platform", manifest.os() + "/" + manifest.architecture());
        rows.put("Minimum agent", manifest.minimumAgent());
        rows.put("Allowed from", String.join(", ", manifest.allowedFrom()));
        rows.put("Released", manifest.support().released().toString());
        rows.put("Standard until", manifest.support().standardUntil().toString());
        rows.put("End of life", manifest.support().endOfLife().toString());
        rows.put("Components", String.join(", ", new TreeMap<>(manifest.components()).keySet()));
        rows.put("Configs", String.join(", ", new TreeMap<>(manifest.configs()).keySet()));
        rows.put(
                "Images",
                manifest.images().stream().map(BundleManifest.Image::reference).collect(Collectors.joining(", ")));
        rows.put(
                "Add-ons",
                manifest.addons().stream().map(BundleManifest.Addon::name).collect(Collectors.joining(", ")));
        var summary = new TextTable(List.of());
        rows.forEach((name, value) -> summary.row(List.of(name + ":", value)));
        summary.write(out, "");
        out.println();
        files().write(out, "");
    }

    private TextTable files() {
        var table = new TextTable(List.of("FILE", "MODE", "SIZE", "PACKED", "SHA-256"));
        for (var file : manifest.files()) {
            switch (file) {
                case BundleFile.Directory directory -> table.row(List.of(directory.path() + "/", "0755", "", "", ""));
                case BundleFile.Symlink link ->
                    table.row(List.of(link.path() + " -> " + link.target(), "", "", "", ""));
                case BundleFile.Regular regular ->
                    table.row(List.of(
                            regular.path(),
                            regular.executable() ? "0755" : "0644",
                            mebibytes(regular.size()),
                            mebibytes(regular.blob().size()),
                            regular.digest().abbreviated()));
            }
        }
        return table;
    }

    private static String pairs(TreeMap<String, String> map) {
        return map.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }
}
