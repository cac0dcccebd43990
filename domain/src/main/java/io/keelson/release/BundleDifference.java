package io.keelson.release;

import io.keelson.release.BundleManifest.Addon;
import io.keelson.release.BundleManifest.Image;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * In which parts two bundles differ, by what runs on a host. How a file is packed, what a bundle says of how it was made, dates
 * of support, from where one may upgrade and which agent is needed are no parts.
 */
public final class BundleDifference {
    /** The component that is a member of etcd; also the name of its version. */
    public static final String ETCD = "etcd";

    /** Come with etcd and lie beside it. */
    private static final Set<String> ETCD_TOOLS = Set.of("etcdctl", "etcdutl");

    private static final Set<String> STATEMENTS = Set.of(BundleManifest.SBOM, BundleManifest.PROVENANCE);

    private BundleDifference() {}

    /**
     * The parts: components and versions by their names, configurations by their file names, images and addons by theirs
     * with {@code image} or {@code addon} in front, any other file by its path. Empty for bundles that differ in name only.
     */
    public static SortedSet<String> between(BundleManifest one, BundleManifest other) {
        var parts = new TreeSet<String>();
        if (!one.kubernetes().equals(other.kubernetes())) {
            parts.add("kubernetes");
        }
        if (!one.os().equals(other.os()) || !one.architecture().equals(other.architecture())) {
            parts.add("architecture");
        }
        parts.addAll(differing(one.versions(), other.versions()));
        parts.addAll(differing(one.components(), other.components()));
        parts.addAll(differing(one.configs(), other.configs()));
        for (var path : differing(files(one), files(other))) {
            part(one, path)
                    .filter(part -> !part.equals(path))
                    .or(() -> part(other, path))
                    .ifPresent(parts::add);
        }
        differing(named(one.images(), Image::reference), named(other.images(), Image::reference))
                .forEach(image -> parts.add("image " + image));
        differing(named(one.addons(), Addon::name), named(other.addons(), Addon::name))
                .forEach(addon -> parts.add("addon " + addon));
        return parts;
    }

    /**
     * To which part a file belongs: to the component whose program it is, to etcd if it is one of etcd's tools, and else to
     * itself, by its path; empty for a file that is only about the bundle.
     */
    public static Optional<String> part(BundleManifest bundle, String path) {
        if (STATEMENTS.contains(path)) {
            return Optional.empty();
        }
        for (var component : bundle.components().entrySet()) {
            if (component.getValue().binary().equals(path)) {
                return Optional.of(component.getKey());
            }
        }
        var etcd = bundle.components().get(ETCD);
        boolean tool = etcd != null
                && ETCD_TOOLS.stream()
                        .anyMatch(name -> beside(etcd.binary(), name).equals(path));
        return Optional.of(tool ? ETCD : path);
    }

    private static String beside(String path, String name) {
        return path.substring(0, path.lastIndexOf('/') + 1) + name;
    }

    /** What lies at each path once it is unpacked. */
    private static Map<String, List<?>> files(BundleManifest bundle) {
        return bundle.files().stream().collect(Collectors.toMap(BundleFile::path, file -> switch (file) {
            case BundleFile.Directory _ -> List.of("directory");
            case BundleFile.Regular regular -> List.of(regular.executable(), regular.size(), regular.digest());
            case BundleFile.Symlink link -> List.of("link", link.target());
        }));
    }

    /** In their order too, since that is the order in which they are used. */
    private static <T> Map<String, List<Object>> named(List<T> values, Function<T, String> name) {
        return values.stream()
                .collect(Collectors.toMap(
                        name, value -> List.of(values.indexOf(value), value), (a, b) -> List.of(a, b)));
    }

    private static <V> Set<String> differing(Map<String, ? extends V> one, Map<String, ? extends V> other) {
        var keys = new HashSet<>(one.keySet());
        keys.addAll(other.keySet());
        keys.removeIf(key -> Objects.equals(one.get(key), other.get(key)));
        return keys;
    }
}
