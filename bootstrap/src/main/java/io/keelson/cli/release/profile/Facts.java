package io.keelson.cli.release.profile;

import io.keelson.release.KubernetesVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What exists in a minor of Kubernetes or etcd. The data files say in their headers how they were obtained.
 *
 * @param subject such as {@code Kubernetes 1.31}
 * @param partial kinds of facts, such as {@code flags}, of which more may exist than is listed
 * @param flags by component
 * @param removed flags by component and fields by {@code apiVersion/kind} that an earlier minor had
 * @param gates feature gates by name
 * @param controllers names that kube-controller-manager takes; empty where they are not known
 * @param fields dotted paths by {@code apiVersion/kind}; {@code *} stands for any name, {@code []} for list items
 */
public record Facts(
        String subject,
        Set<String> partial,
        Map<String, Set<String>> flags,
        Map<String, Set<String>> removed,
        Map<String, Gate> gates,
        Set<String> controllers,
        Map<String, Set<String>> fields) {
    public Facts {
        partial = Set.copyOf(partial);
        flags = Map.copyOf(flags);
        removed = Map.copyOf(removed);
        gates = Map.copyOf(gates);
        controllers = Set.copyOf(controllers);
        fields = Map.copyOf(fields);
    }

    /**
     * A feature gate.
     *
     * @param enabled its default
     * @param locked whether it can only be set to its default
     */
    public record Gate(Stage stage, boolean enabled, boolean locked) {}

    /** How far a feature has come. */
    public enum Stage {
        ALPHA,
        BETA,
        GA,
        DEPRECATED,
        /** The minor does not know the gate any more; a component that is given it does not start. */
        REMOVED
    }

    /** All that is known about the parts of a release. */
    public static List<Facts> of(KubernetesVersion kubernetes, Map<String, String> versions) {
        var found = new ArrayList<Facts>();
        of("kubernetes", "Kubernetes", kubernetes.minorLine()).ifPresent(found::add);
        var etcd = List.of(versions.getOrDefault("etcd", "").split("\\.", 3));
        if (etcd.size() > 1) {
            of("etcd", "etcd", etcd.get(0) + "." + etcd.get(1)).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<Facts> of(String file, String product, String minor) {
        return ProfileLibrary.resource("facts/" + file + "-" + minor + ".txt")
                .map(text -> parse(product + " " + minor, text));
    }

    /**
     * Reads a line {@code partial KINDS}, then sections {@code [flags C]}, {@code [removed C]}, {@code [gates]},
     * {@code [controllers]}, {@code [fields APIVERSION KIND]}, {@code [removed APIVERSION KIND]}.
     */
    static Facts parse(String subject, String text) {
        var partial = new TreeSet<String>();
        var flags = new TreeMap<String, Set<String>>();
        var removed = new TreeMap<String, Set<String>>();
        var gates = new HashMap<String, Gate>();
        var controllers = new TreeSet<String>();
        var fields = new TreeMap<String, Set<String>>();
        var section = List.of("");
        for (var line : text.lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("[")) {
                section = List.of(line.substring(1, line.length() - 1).split(" "));
                continue;
            }
            switch (section.getFirst()) {
                case "" -> partial.addAll(List.of(line.split(" ")));
                case "flags" -> add(flags, key(section), line);
                case "removed" -> add(removed, key(section), line);
                case "fields" -> add(fields, key(section), line);
                case "controllers" -> controllers.add(line);
                case "gates" -> gates.put(line.substring(0, line.indexOf(' ')), gate(line));
                default -> throw new IllegalStateException("facts about " + subject + " have a section " + section);
            }
        }
        return new Facts(subject, partial, flags, removed, gates, controllers, fields);
    }

    private static String key(List<String> section) {
        return String.join("/", section.subList(1, section.size()));
    }

    private static void add(Map<String, Set<String>> sets, String key, String word) {
        sets.computeIfAbsent(key, none -> new TreeSet<>()).add(word);
    }

    private static Gate gate(String line) {
        var words = List.of(line.split(" "));
        return new Gate(Stage.valueOf(words.get(1)), words.get(2).equals("true"), words.contains("locked"));
    }
}
