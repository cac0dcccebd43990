package io.keelson.cli.release;

import io.keelson.cli.release.profile.Compatibility;
import io.keelson.cli.release.profile.Facts;
import io.keelson.cli.release.profile.Layer;
import io.keelson.cli.release.profile.Profile;
import io.keelson.cli.release.profile.ProfileLibrary;
import io.keelson.cli.release.yaml.Complaints;
import io.keelson.cli.release.yaml.Fields;
import io.keelson.release.BundleManifest;
import io.keelson.release.KubernetesVersion;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether the parts of a release description fit each other and the profile of their Kubernetes minor. */
final class ReleaseFit {
    private final Fields spec;
    private final Complaints complaints;

    ReleaseFit(Fields spec, Complaints complaints) {
        this.spec = spec;
        this.complaints = complaints;
    }

    /** The profile with the overrides on top; empty after a complaint. */
    Optional<Profile> profile(
            KubernetesVersion kubernetes, Optional<String> named, Map<String, String> versions, Layer overrides) {
        var name = "kubernetes-" + kubernetes.minorLine();
        if (!ProfileLibrary.has(name)) {
            spec.refuse(
                    "kubernetes",
                    kubernetes + " has no profile",
                    "Profiles exist for " + String.join(", ", ProfileLibrary.MINORS) + ".");
            return Optional.empty();
        }
        if (named.isPresent() && !named.get().equals(name)) {
            spec.refuse("profile", "is '" + named.get() + "'", "Kubernetes " + kubernetes + " needs " + name + ".");
            return Optional.empty();
        }
        if (!versions.containsKey("etcd") || !versions.containsKey("containerd")) {
            return Optional.empty();
        }
        var profile = ProfileLibrary.compose(kubernetes, versions, overrides, complaints);
        if (profile.isEmpty()) {
            spec.refuse(
                    "versions",
                    "name an etcd or containerd without a profile: " + versions,
                    "Use etcd 3.5 and containerd 1 or 2.");
        }
        profile.ifPresent(found -> check(kubernetes, found, versions));
        return profile;
    }

    private void renders(Profile profile) {
        try {
            profile.manifestComponents();
            profile.manifestConfigs();
        } catch (IllegalArgumentException e) {
            spec.refuse("overrides", "cannot be used: " + e.getMessage(), "Write $$ for a dollar sign.");
        }
    }

    private void check(KubernetesVersion kubernetes, Profile profile, Map<String, String> versions) {
        renders(profile);
        profile.minimum().forEach((part, lowest) -> {
            var version = versions.getOrDefault(part, "");
            if (numbers(version).compareTo(numbers(lowest)) < 0) {
                spec.refuse(
                        "versions",
                        part + " " + version + " is too old for Kubernetes " + kubernetes.minorLine(),
                        "Use " + part + " " + lowest + " or later.");
            }
        });
        for (var facts : Facts.of(kubernetes, versions)) {
            Compatibility.problems(profile, facts).forEach(complaints::add);
        }
    }

    /** Complains about what the profile needs and the bundle does not bring. */
    void bundleBringsWhatTheProfileNeeds(Profile profile, Set<String> executables, List<BundleManifest.Image> images) {
        var needed = new TreeSet<>(profile.files());
        profile.components().values().forEach(component -> needed.add(component.binary()));
        needed.removeAll(executables);
        if (!needed.isEmpty()) {
            spec.refuse(
                    "files",
                    "lack these executables: " + String.join(", ", needed),
                    "Add them, each with 'executable: true'.");
        }
        long pauses =
                images.stream().filter(image -> image.role().equals("pause")).count();
        if (pauses != 1) {
            spec.refuse("images", "have " + pauses + " of the role pause", "Bring exactly one pause image.");
        }
    }

    /** A form of a version whose text order is its order. */
    private static String numbers(String version) {
        return Arrays.stream(version.split("[^0-9]+"))
                .filter(part -> !part.isEmpty())
                .limit(3)
                .map(part -> "0".repeat(Math.max(0, 9 - part.length())) + part)
                .collect(Collectors.joining("."));
    }
}
