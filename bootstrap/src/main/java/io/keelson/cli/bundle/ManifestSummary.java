package io.keelson.cli.bundle;

import io.keelson.cli.output.TextTable;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.Digest;
import io.keelson.release.Manifest;
import io.keelson.release.OsManifest;
import io.keelson.release.OsPackage;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A manifest for a person's eyes.
 *
 * @param bytes of the manifest
 */
record ManifestSummary(Manifest manifest, byte[] bytes) {
    void write(PrintWriter out) {
        var rows = new LinkedHashMap<String, String>();
        rows.put("Name", manifest.name().value());
        rows.put("Digest", Digest.of(bytes).toString());
        switch (manifest) {
            case BundleManifest release -> head(rows, release);
            case OsManifest level -> head(rows, level);
        }
        rows.put("Platform", manifest.os() + "/" + manifest.architecture());
        rows.put("Minimum agent", manifest.minimumAgent());
        rows.put("Released", manifest.support().released().toString());
        rows.put("Standard until", manifest.support().standardUntil().toString());
        rows.put("End of life", manifest.support().endOfLife().toString());
        if (manifest instanceof BundleManifest release) {
            contents(rows, release);
        }
        var summary = new TextTable(List.of());
        rows.forEach((name, value) -> summary.row(List.of(name + ":", value)));
        summary.write(out, "");
        out.println();
        switch (manifest) {
            case BundleManifest release -> files(release).write(out, "");
            case OsManifest level -> packages(level).write(out, "");
        }
    }

    private static void head(Map<String, String> rows, BundleManifest release) {
        rows.put("Kubernetes", release.kubernetes().toString());
        rows.put("Versions", pairs(new TreeMap<>(release.versions())));
        rows.put("Allowed from", String.join(", ", release.allowedFrom()));
    }

    private static void head(Map<String, String> rows, OsManifest level) {
        rows.put("Operating system", level.release().toString());
        rows.put("Packages", level.packages().size() + " " + level.format().suffix());
        rows.put("Required", level.required().map(OsPackage::name).collect(Collectors.joining(", ")));
    }

    private static void contents(Map<String, String> rows, BundleManifest release) {
        rows.put("Components", String.join(", ", new TreeMap<>(release.components()).keySet()));
        rows.put("Configs", String.join(", ", new TreeMap<>(release.configs()).keySet()));
        rows.put(
                "Images",
                release.images().stream().map(BundleManifest.Image::reference).collect(Collectors.joining(", ")));
        rows.put(
                "Add-ons",
                release.addons().stream().map(BundleManifest.Addon::name).collect(Collectors.joining(", ")));
    }

    private static TextTable packages(OsManifest level) {
        var table = new TextTable(List.of("PACKAGE", "VERSION", "ARCHITECTURE", "INSTALLED", "NOTES"));
        for (var each : level.packages()) {
            var notes = Stream.of(each.required() ? "required" : "", each.reboot() ? "reboot" : "")
                    .filter(note -> !note.isEmpty())
                    .collect(Collectors.joining(", "));
            table.row(
                    List.of(each.name(), each.version(), each.architecture(), mebibytes(each.installedSize()), notes));
        }
        return table;
    }

    private static TextTable files(BundleManifest release) {
        var table = new TextTable(List.of("FILE", "MODE", "SIZE", "PACKED", "SHA-256"));
        for (var file : release.files()) {
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
