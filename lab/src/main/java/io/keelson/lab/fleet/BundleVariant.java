package io.keelson.lab.fleet;

import io.keelson.lab.host.LabException;
import io.keelson.lab.host.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The lab's bundle under another name, and with another manifest where that is wanted. Its blobs are those of the original,
 * and more where a program differs.
 *
 * @param manifest directory on the lab's own machine with the manifest, which is all that is released, and with blobs that
 *     the original may lack
 */
public record BundleVariant(KeelsonFleet fleet, String name, Path manifest) {
    private static final String ORIGINAL = "/var/cache/keelson/bundle";
    private static final String BLOBS = "blobs/sha256";

    /** Makes a variant. @throws LabException if the change changes nothing although it should */
    public static BundleVariant of(KeelsonFleet fleet, String name, UnaryOperator<String> change) {
        try {
            var before = Files.readString(fleet.artifacts().bundle().resolve("manifest.json"));
            var after =
                    change.apply(before.replace("\"name\":\"" + Artifacts.BUNDLE + "\"", "\"name\":\"" + name + "\""));
            if (!after.contains("\"name\":\"" + name + "\"")) {
                throw new LabException("the manifest of " + Artifacts.BUNDLE + " has no name to be replaced");
            }
            var directory =
                    fleet.releases().directory().resolveSibling("variants").resolve(name);
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("manifest.json"), after);
            return new BundleVariant(fleet, name, directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A bundle that differs in its etcd only, of which the lab's bits hold that version too. */
    public static BundleVariant withEtcd(KeelsonFleet fleet, String name, String version, Progress progress) {
        return new BundleVariant(fleet, name, Artifacts.bundleWithEtcd(name, version, progress));
    }

    /** Releases it by two people, and brings that to the server. */
    public BundleVariant release() {
        fleet.releases().trust("add", manifest.toString());
        fleet.releases().sign("alice", "bob");
        fleet.releases().publish();
        return this;
    }

    /** Puts the whole bundle on the server's host. @return its directory there */
    public String carry() {
        var copy = "/root/" + name;
        fleet.server().mustShell("rm -rf " + copy + " && cp -r " + ORIGINAL + " " + copy);
        fleet.server().copyTo(manifest.resolve("manifest.json"), copy + "/manifest.json");
        ownBlobs()
                .forEach(blob ->
                        fleet.server().copyTo(manifest.resolve(BLOBS).resolve(blob), copy + "/" + BLOBS + "/" + blob));
        return copy;
    }

    /** Names of the blobs that the original lacks. */
    private List<String> ownBlobs() {
        var blobs = new ArrayList<>(names(manifest.resolve(BLOBS)));
        blobs.removeAll(names(fleet.artifacts().bundle().resolve(BLOBS)));
        return blobs;
    }

    private static List<String> names(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Publishes the bundle, which has been released. */
    public BundleVariant publish() {
        var copy = carry();
        fleet.keelson("bundle", "publish", copy);
        fleet.server().mustExec("rm", "-rf", copy);
        return this;
    }
}
