package io.keelson.cli.release.profile;

import io.keelson.cli.release.yaml.Complaints;
import io.keelson.cli.release.yaml.StrictYaml;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Template;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/** The profiles that this program brings, as data files beside this class. */
public final class ProfileLibrary {
    /** Minor lines for which there is a profile. */
    public static final List<String> MINORS = List.of("1.20", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36");

    private static final String RESOURCES = "/io/keelson/cli/release/";

    private ProfileLibrary() {}

    /**
     * The profile of a Kubernetes minor together with the releases of etcd and containerd that go with it.
     *
     * @param versions upstream versions by part, of which {@code etcd} and {@code containerd} choose a layer
     * @param overrides of the release description, on top of all
     * @return empty if there is no profile for one of the versions; see {@link #has}
     */
    public static Optional<Profile> compose(
            KubernetesVersion kubernetes, Map<String, String> versions, Layer overrides, Complaints complaints) {
        var names = List.of(
                "kubernetes-" + kubernetes.minorLine(),
                "etcd-" + prefix(versions.getOrDefault("etcd", ""), 2),
                "containerd-" + prefix(versions.getOrDefault("containerd", ""), 1));
        var layers = new LinkedHashSet<Layer>();
        for (var name : names) {
            if (!collect(name, layers)) {
                return Optional.empty();
            }
        }
        var profile = Profile.empty(names.getFirst());
        for (var layer : layers) {
            profile = profile.with(layer, true, complaints);
        }
        return Optional.of(profile.with(overrides, false, complaints));
    }

    /** Whether there is a layer of that name, such as {@code etcd-3.5}. */
    public static boolean has(String layer) {
        return layer.matches("[a-z0-9.-]+")
                && resource("profiles/" + layer + ".yaml").isPresent();
    }

    /** A built-in manifest. */
    public static Template addon(String name) {
        return new Template(resource("addons/" + name + ".yaml")
                .orElseThrow(() -> new IllegalStateException("no built-in addon " + name)));
    }

    static Optional<String> resource(String path) {
        try (var stream = ProfileLibrary.class.getResourceAsStream(RESOURCES + path)) {
            return stream == null
                    ? Optional.empty()
                    : Optional.of(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds the layers below, then the layer itself; false if there is none of that name. */
    private static boolean collect(String name, SequencedSet<Layer> layers) {
        if (!has(name)) {
            return false;
        }
        var layer = read(name);
        for (var below : layer.extend()) {
            if (!collect(below, layers)) {
                throw new IllegalStateException(name + " extends " + below + ", which does not exist");
            }
        }
        layers.add(layer);
        return true;
    }

    private static Layer read(String name) {
        var complaints = new Complaints(name + ".yaml");
        var fields = StrictYaml.read(resource("profiles/" + name + ".yaml").orElse(""), complaints);
        var layer = fields.map(found -> {
            var read = LayerReader.layer(name, found);
            found.end();
            return read;
        });
        complaints.throwIfAny();
        return layer.orElseThrow();
    }

    private static String prefix(String version, int parts) {
        return String.join(
                ".", List.of(version.split("\\.")).stream().limit(parts).toList());
    }
}
