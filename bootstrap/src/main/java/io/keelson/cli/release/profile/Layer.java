package io.keelson.cli.release.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Changes to a profile: a data file of this program, or the {@code overrides} of a release description.
 *
 * @param extend names of the layers below this one, read first
 * @param components changes by component name
 * @param configs changes by configuration file name
 * @param addons built-in manifests to add
 * @param minimum lowest versions of other parts, such as {@code containerd: 2.0.0}
 * @param files paths that a bundle must bring
 */
public record Layer(
        String name,
        List<String> extend,
        SequencedMap<String, ComponentChange> components,
        SequencedMap<String, ConfigChange> configs,
        List<String> addons,
        Map<String, String> minimum,
        List<String> files) {
    public Layer {
        extend = List.copyOf(extend);
        components = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(components));
        configs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(configs));
        addons = List.copyOf(addons);
        minimum = Map.copyOf(minimum);
        files = List.copyOf(files);
    }

    /** A layer that changes nothing. */
    public static Layer none() {
        return new Layer(
                "none", List.of(), new LinkedHashMap<>(), new LinkedHashMap<>(), List.of(), Map.of(), List.of());
    }

    /**
     * Changes to one component.
     *
     * @param line of the document where the change begins
     * @param binary path of the program inside the bundle, where the layer names it
     * @param flags added or replaced; an absent value is a bare flag
     * @param without flags taken away
     */
    public record ComponentChange(
            int line, Optional<String> binary, SequencedMap<String, Optional<String>> flags, List<String> without) {
        public ComponentChange {
            flags = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(flags));
            without = List.copyOf(without);
        }
    }

    /**
     * Changes to one configuration file.
     *
     * @param line of the document where the change begins
     * @param set fields merged in; mappings are merged, everything else is replaced
     * @param without dotted paths of fields taken away
     */
    public record ConfigChange(int line, ObjectNode set, List<String> without) {
        public ConfigChange {
            set = set.deepCopy();
            without = List.copyOf(without);
        }
    }
}
