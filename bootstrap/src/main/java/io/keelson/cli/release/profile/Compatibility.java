package io.keelson.cli.release.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.cli.release.yaml.Nearest;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Compares a profile with what exists in its Kubernetes minor. Pure. */
public final class Compatibility {
    private static final String GATES = "feature-gates";

    private final MinorFacts facts;
    private final List<Problem> problems = new ArrayList<>();

    private Compatibility(MinorFacts facts) {
        this.facts = facts;
    }

    /** Every setting with which a component would not start, or which it would not know. */
    public static List<Problem> problems(Profile profile, MinorFacts facts) {
        var check = new Compatibility(facts);
        profile.components().forEach(check::component);
        profile.configs().forEach((file, tree) -> {
            if (tree.has("apiVersion") && tree.has("kind")) {
                check.config(file, tree);
            }
        });
        return List.copyOf(check.problems);
    }

    private void component(String component, Profile.Settings settings) {
        var known = facts.flags().get(component);
        if (known != null) {
            settings.flags().keySet().stream()
                    .filter(flag -> !known.contains(flag))
                    .forEach(flag -> unknown(component + " flag --" + flag, flag, known));
        }
        var gates = settings.flags().getOrDefault(GATES, Optional.empty()).orElse("");
        parse(gates).forEach((gate, value) -> gate(component, gate, value));
    }

    private void config(String file, ObjectNode tree) {
        var kind = tree.path("apiVersion").asText() + "/" + tree.path("kind").asText();
        var known = facts.fields().get(kind);
        if (known == null) {
            unknown(file + ": configuration kind " + kind, kind, facts.fields().keySet());
            return;
        }
        tree.properties().forEach(field -> {
            if (!field.getKey().equals("apiVersion") && !field.getKey().equals("kind")) {
                field(file, field.getKey(), field.getValue(), known);
            }
        });
        tree.path("featureGates")
                .properties()
                .forEach(gate -> gate(file, gate.getKey(), gate.getValue().asText()));
    }

    private void field(String file, String path, JsonNode value, Set<String> known) {
        if (!known.contains(path)) {
            unknown(file + " field " + path, path, known);
            return;
        }
        if (known.contains(path + ".*")) {
            return;
        }
        switch (value) {
            case ObjectNode object ->
                object.properties().forEach(inner -> field(file, path + "." + inner.getKey(), inner.getValue(), known));
            case ArrayNode array when known.contains(path + "[]") ->
                array.forEach(item -> item.properties()
                        .forEach(inner -> field(file, path + "[]." + inner.getKey(), inner.getValue(), known)));
            default -> {}
        }
    }

    private void gate(String where, String name, String value) {
        if (name.equals("AllAlpha") || name.equals("AllBeta")) {
            return;
        }
        var gate = facts.gates().get(name);
        if (gate == null) {
            unknown(where + " feature gate " + name, name, facts.gates().keySet());
        } else if (gate.locked()) {
            var what = where + " sets feature gate " + name + ", which Kubernetes " + facts.minor() + " locks to "
                    + gate.enabled();
            var remedy = Remedy.advise("Remove the gate; a later minor does not know it any more.");
            problems.add(
                    value.equals(Boolean.toString(gate.enabled()))
                            ? Problem.warning(ProblemCode.RELEASE_SETTING_UNKNOWN, what, remedy)
                            : Problem.error(ProblemCode.RELEASE_SETTING_UNKNOWN, what, remedy));
        }
    }

    private void unknown(String what, String name, Set<String> known) {
        var near = Nearest.to(name, known).map(found -> " Did you mean '" + found + "'?").orElse("");
        problems.add(Problem.error(
                ProblemCode.RELEASE_SETTING_UNKNOWN,
                what + " does not exist in Kubernetes " + facts.minor(),
                Remedy.advise("Remove it from the release's overrides, or choose the minor that has it." + near)));
    }

    private static SortedMap<String, String> parse(String gates) {
        var found = new TreeMap<String, String>();
        for (var gate : List.of(gates.split(","))) {
            var parts = List.of(gate.split("=", 2));
            if (!gate.isBlank()) {
                found.put(parts.getFirst().strip(), parts.size() == 2 ? parts.getLast().strip() : "");
            }
        }
        return found;
    }
}
