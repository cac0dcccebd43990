package io.keelson.cli.release;

import io.keelson.cli.release.profile.Profile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a person wrote about a release, read and checked.
 *
 * @param versions upstream versions by part: etcd, containerd, runc, cni
 * @param allowedFrom minor lines that may be upgraded to this release
 * @param files what the bundle brings, images included
 * @param profile flags and configuration, overrides applied
 * @param addons in the order in which they are applied, after the built-in ones
 */
public record ReleaseDescription(
        BundleName name,
        KubernetesVersion kubernetes,
        String os,
        String architecture,
        String minimumAgent,
        List<String> allowedFrom,
        Manifest.Support support,
        Map<String, String> versions,
        List<Content> files,
        Profile profile,
        List<BundleManifest.Image> images,
        List<AddonSource> addons) {
    public ReleaseDescription {
        allowedFrom = List.copyOf(allowedFrom);
        versions = Map.copyOf(versions);
        files = List.copyOf(files);
        images = List.copyOf(images);
        addons = List.copyOf(addons);
    }

    /** One file of the bundle. */
    public record Content(String path, boolean executable, Source source) {}

    /** A manifest that is applied to the cluster. */
    public record AddonSource(String name, Path file) {}
}
