package io.keelson.cli.release.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.cli.release.yaml.Complaints;
import io.keelson.cli.release.yaml.Nearest;
import io.keelson.problem.ProblemCode;
import io.keelson.release.BundleManifest;
import io.keelson.release.Template;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The components of a release with their flags, and their configuration files.
 *
 * @param name such as {@code kubernetes-1.31}
 * @param addons names of built-in manifests
 * @param minimum lowest versions of other parts
 * @param files paths that a bundle must bring
 */
public record Profile(
        String name,
        SortedMap<String, Settings> components,
        SortedMap<String, ObjectNode> configs,
        List<String> addons,
        SortedMap<String, String> minimum,
        SortedSet<String> files) {
    public Profile {
        components = Collections.unmodifiableSortedMap(new TreeMap<>(components));
        var copies = new TreeMap<String, ObjectNode>();
        configs.forEach((file, tree) -> copies.put(file, tree.deepCopy()));
        configs = Collections.unmodifiableSortedMap(copies);
        addons = List.copyOf(addons);
        minimum = Collections.unmodifiableSortedMap(new TreeMap<>(minimum));
        files = Collections.unmodifiableSortedSet(new TreeSet<>(files));
    }

    /**
     * A component's program and flags.
     *
     * @param binary path inside the bundle; empty until a layer names it
     * @param flags values by flag name without dashes; an absent value is a bare flag
     */
    public record Settings(String binary, SortedMap<String, Optional<String>> flags) {
        public Settings {
            flags = Collections.unmodifiableSortedMap(new TreeMap<>(flags));
        }
    }

    /** A component's settings. */
    Settings component(String component) {
        return Objects.requireNonNull(components.get(component), component);
    }

    /** The content of a configuration file. */
    ObjectNode config(String file) {
        return Objects.requireNonNull(configs.get(file), file);
    }

    /** A profile without anything. */
    static Profile empty(String name) {
        return new Profile(name, new TreeMap<>(), new TreeMap<>(), List.of(), new TreeMap<>(), new TreeSet<>());
    }

    /**
     * This profile with a layer on top. A layer that takes away what is not there, or configures what does not exist,
     * is complained about: it would silently do nothing.
     *
     * @param open whether the layer may bring components and files that are not there yet
     */
    Profile with(Layer layer, boolean open, Complaints complaints) {
        var newComponents = new TreeMap<>(components);
        layer.components().forEach((component, change) -> {
            if (open || known("component", component, newComponents.keySet(), change.line(), complaints)) {
                newComponents.put(component, changed(component, change, complaints));
            }
        });
        var newConfigs = new TreeMap<>(configs);
        layer.configs().forEach((file, change) -> {
            if (open || known("configuration file", file, newConfigs.keySet(), change.line(), complaints)) {
                newConfigs.put(file, changed(file, change, complaints));
            }
        });
        var newAddons = new ArrayList<>(addons);
        newAddons.addAll(layer.addons());
        var newMinimum = new TreeMap<>(minimum);
        newMinimum.putAll(layer.minimum());
        var newFiles = new TreeSet<>(files);
        newFiles.addAll(layer.files());
        return new Profile(name, newComponents, newConfigs, newAddons, newMinimum, newFiles);
    }

    /** The manifest's form of the components. */
    public SortedMap<String, BundleManifest.Component> manifestComponents() {
        var found = new TreeMap<String, BundleManifest.Component>();
        components.forEach((component, settings) -> {
            var flags = settings.flags().entrySet().stream()
                    .map(flag -> new BundleManifest.Flag(
                            "--" + flag.getKey(), flag.getValue().map(Template::new)))
                    .toList();
            found.put(component, new BundleManifest.Component(settings.binary(), flags));
        });
        return found;
    }

    /** The manifest's form of the configuration files. */
    public SortedMap<String, Template> manifestConfigs() {
        return configs.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> new Template(ConfigText.of(entry.getKey(), entry.getValue())),
                        (first, second) -> first,
                        TreeMap::new));
    }

    private Settings changed(String component, Layer.ComponentChange change, Complaints complaints) {
        var before = components.getOrDefault(component, new Settings("", new TreeMap<>()));
        var flags = new TreeMap<>(before.flags());
        for (var gone : change.without()) {
            if (known("flag of " + component, gone, before.flags().keySet(), change.line(), complaints)) {
                flags.remove(gone);
            }
        }
        flags.putAll(change.flags());
        return new Settings(change.binary().orElse(before.binary()), flags);
    }

    private ObjectNode changed(String file, Layer.ConfigChange change, Complaints complaints) {
        var before = configs.get(file);
        var tree = before == null ? ConfigTree.empty() : before.deepCopy();
        for (var gone : change.without()) {
            if (!ConfigTree.remove(tree, gone)) {
                complaints.add(
                        ProblemCode.RELEASE_DESCRIPTION_INVALID,
                        change.line(),
                        file + " has no field " + gone + " to take away",
                        "Remove it from 'without'; see keelson bundle show for what the file holds.");
            }
        }
        ConfigTree.merge(tree, change.set());
        return tree;
    }

    private static boolean known(String kind, String name, Collection<String> names, int line, Complaints complaints) {
        if (names.contains(name)) {
            return true;
        }
        complaints.add(
                ProblemCode.RELEASE_DESCRIPTION_INVALID,
                line,
                "there is no " + kind + " '" + name + "'",
                Nearest.to(name, names)
                        .map(near -> "Did you mean '" + near + "'?")
                        .orElse("Known here: " + String.join(", ", names) + "."));
        return false;
    }
}
