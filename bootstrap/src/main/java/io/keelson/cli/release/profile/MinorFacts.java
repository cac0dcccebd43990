package io.keelson.cli.release.profile;

import io.keelson.release.KubernetesVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What exists in a Kubernetes minor: flags by component, feature gates, and fields of configuration kinds. The files
 * say in their headers how they were obtained.
 *
 * @param minor such as {@code 1.31}
 * @param flags by component
 * @param gates by name; a gate that is missing is unknown to the minor, and a component that is given it does not start
 * @param fields dotted paths by {@code apiVersion/kind}; {@code *} stands for any name, {@code []} for list items
 */
public record MinorFacts(
        String minor, Map<String, Set<String>> flags, Map<String, Gate> gates, Map<String, Set<String>> fields) {
    public MinorFacts {
        flags = Map.copyOf(flags);
        gates = Map.copyOf(gates);
        fields = Map.copyOf(fields);
    }

    /**
     * A feature gate.
     *
     * @param stage ALPHA, BETA, GA or DEPRECATED
     * @param enabled its default
     * @param locked whether it can only be set to its default
     */
    public record Gate(String stage, boolean enabled, boolean locked) {}

    /** The facts about a minor; empty if there are none. */
    public static Optional<MinorFacts> of(KubernetesVersion kubernetes) {
        var minor = kubernetes.minorLine();
        return ProfileLibrary.resource("facts/kubernetes-" + minor + ".txt").map(text -> parse(minor, text));
    }

    /** Reads sections {@code [flags COMPONENT]}, {@code [gates]}, {@code [fields APIVERSION KIND]} of words. */
    static MinorFacts parse(String minor, String text) {
        var flags = new TreeMap<String, Set<String>>();
        var gates = new HashMap<String, Gate>();
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
                case "flags" -> flags.computeIfAbsent(section.get(1), none -> new TreeSet<>())
                        .addAll(List.of(line.split(" ")));
                case "fields" -> fields.computeIfAbsent(section.get(1) + "/" + section.get(2), none -> new TreeSet<>())
                        .addAll(List.of(line.split(" ")));
                case "gates" -> {
                    var words = List.of(line.split(" "));
                    gates.put(words.get(0), new Gate(words.get(1), words.get(2).equals("true"), words.contains("locked")));
                }
                default -> throw new IllegalStateException("facts about " + minor + " have a section " + section);
            }
        }
        return new MinorFacts(minor, flags, gates, fields);
    }
}
