package io.keelson.release;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A release of Kubernetes: what the bundle contains and where it fits. Its bytes are signed; this is what those bytes mean once
 * verified.
 *
 * @param name unique in a repository
 * @param kubernetes the upstream version of the Kubernetes components
 * @param versions versions of the other parts by their upstream names ({@code etcd}, {@code containerd}, ...)
 * @param os {@code linux}
 * @param architecture as Go names it: {@code amd64}, {@code arm64}
 * @param minimumAgent lowest agent version that has the steps this bundle needs
 * @param allowedFrom minor lines (such as {@code 1.30}) that may be upgraded to this bundle; empty means only new
 *     clusters
 * @param totalSize bytes of all regular files after unpacking
 * @param files every directory, regular file and symlink, sorted by path, parents before children
 * @param components programs and their flags, by component name
 * @param configs configuration files as templates, by file name (such as {@code kubelet.yaml})
 * @param images container images inside the bundle
 * @param addons Kubernetes manifests applied once the API answers, in order
 */
public record BundleManifest(
        BundleName name,
        KubernetesVersion kubernetes,
        Map<String, String> versions,
        String os,
        String architecture,
        String minimumAgent,
        List<String> allowedFrom,
        Support support,
        long totalSize,
        List<BundleFile> files,
        Map<String, Component> components,
        Map<String, Template> configs,
        List<Image> images,
        List<Addon> addons)
        implements Manifest {
    public BundleManifest {
        versions = Map.copyOf(versions);
        allowedFrom = List.copyOf(allowedFrom);
        files = List.copyOf(files);
        components = Map.copyOf(components);
        configs = Map.copyOf(configs);
        images = List.copyOf(images);
        addons = List.copyOf(addons);
    }

    /**
     * A program of the bundle.
     *
     * @param binary path of its file inside the bundle
     * @param flags in the order in which they are passed; values are templates, an absent value is a bare flag
     */
    public record Component(String binary, List<Flag> flags) {
        public Component {
            flags = List.copyOf(flags);
        }
    }

    /** One flag with two dashes in front, such as {@code --etcd-servers}. */
    public record Flag(String name, Optional<Template> value) {}

    /**
     * A container image as an archive that containerd imports.
     *
     * @param reference full name with tag, as pods use it
     * @param path of the archive inside the bundle
     * @param role {@code pause} or {@code addon}
     */
    public record Image(String reference, String path, String role) {}

    /** A manifest file of the bundle that is applied to the cluster; its content is a template. */
    public record Addon(String name, Template manifest) {}

    /** The component of that name. */
    public Component component(String component) {
        var found = components.get(component);
        if (found == null) {
            throw new IllegalArgumentException("bundle " + name + " has no component " + component);
        }
        return found;
    }

    /** The configuration template of that file name. */
    public Template config(String file) {
        var found = configs.get(file);
        if (found == null) {
            throw new IllegalArgumentException("bundle " + name + " has no configuration " + file);
        }
        return found;
    }
}
