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
    private static final String CONTROLLER_MANAGER = "kube-controller-manager";

    private final Facts facts;
    private final List<Problem> problems = new ArrayList<>();

    private Compatibility(Facts facts) {
        this.facts = facts;
    }

    /** Every setting with which a component would not start, or which it would not know. */
    public static List<Problem> problems(Profile profile, Facts facts) {
        var check = new Compatibility(facts);
        profile.components().forEach(check::component);
        profile.configs().forEach((file, tree) -> {
            if (!facts.fields().isEmpty() && tree.has("apiVersion") && tree.has("kind")) {
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
                    .forEach(flag -> flag(component, flag, known));
        }
        if (component.equals(CONTROLLER_MANAGER) && !facts.controllers().isEmpty()) {
            controllers(settings.flags()
                    .getOrDefault("controllers", Optional.empty())
                    .orElse("*"));
        }
        if (facts.gates().isEmpty()) {
            return;
        }
        var gates = settings.flags().getOrDefault(GATES, Optional.empty()).orElse("");
        parse(gates).forEach((gate, value) -> gate(component, gate, value));
    }

    private void controllers(String list) {
        for (var item : List.of(list.split(","))) {
            var name = item.strip().startsWith("-") ? item.strip().substring(1) : item.strip();
            if (!name.equals("*") && !facts.controllers().contains(name)) {
                unknown(CONTROLLER_MANAGER + " controller " + name, name, facts.controllers(), complete("controllers"));
            }
        }
    }

    private void flag(String component, String flag, Set<String> known) {
        boolean removed = facts.removed().getOrDefault(component, Set.of()).contains(flag);
        unknown(component + " flag --" + flag, flag, known, removed || complete("flags"));
    }

    private void config(String file, ObjectNode tree) {
        var kind = tree.path("apiVersion").asText() + "/" + tree.path("kind").asText();
        if (!facts.fields().containsKey(kind)) {
            unknown(file + ": configuration kind " + kind, kind, facts.fields().keySet(), true);
            return;
        }
        tree.properties().forEach(field -> {
            if (!field.getKey().equals("apiVersion") && !field.getKey().equals("kind")) {
                field(file, field.getKey(), field.getValue(), kind);
            }
        });
        tree.path("featureGates")
                .properties()
                .forEach(gate -> gate(file, gate.getKey(), gate.getValue().asText()));
    }

    private void field(String file, String path, JsonNode value, String kind) {
        var known = facts.fields().getOrDefault(kind, Set.of());
        if (!known.contains(path)) {
            boolean removed = facts.removed().getOrDefault(kind, Set.of()).contains(path);
            unknown(file + " field " + path, path, known, removed || complete("fields"));
            return;
        }
        if (known.contains(path + ".*")) {
            return;
        }
        switch (value) {
            case ObjectNode object ->
                object.properties().forEach(inner -> field(file, path + "." + inner.getKey(), inner.getValue(), kind));
            case ArrayNode array
            when known.contains(path + "[]") ->
                array.forEach(item -> item.properties()
                        .forEach(inner -> field(file, path + "[]." + inner.getKey(), inner.getValue(), kind)));
            default -> {}
        }
    }

    private void gate(String where, String name, String value) {
        if (name.equals("AllAlpha") || name.equals("AllBeta")) {
            return;
        }
        var gate = facts.gates().get(name);
        if (gate == null || gate.stage() == Facts.Stage.REMOVED) {
            unknown(where + " feature gate " + name, name, facts.gates().keySet(), gate != null || complete("gates"));
        } else if (gate.locked()) {
            var what =
                    where + " sets feature gate " + name + ", which " + facts.subject() + " locks to " + gate.enabled();
            var remedy = Remedy.advise("Remove the gate; a later minor does not know it any more.");
            problems.add(
                    value.equals(Boolean.toString(gate.enabled()))
                            ? Problem.warning(ProblemCode.RELEASE_SETTING_UNKNOWN, what, remedy)
                            : Problem.error(ProblemCode.RELEASE_SETTING_UNKNOWN, what, remedy));
        }
    }

    /** Whether what is not listed does not exist. */
    private boolean complete(String kind) {
        return !facts.partial().contains(kind);
    }

    /** @param gone whether it is known not to exist */
    private void unknown(String what, String name, Set<String> known, boolean gone) {
        if (gone) {
            var near = Nearest.to(name, known)
                    .filter(found -> !found.equals(name))
                    .map(found -> " Did you mean '" + found + "'?")
                    .orElse("");
            problems.add(Problem.error(
                    ProblemCode.RELEASE_SETTING_UNKNOWN,
                    what + " does not exist in " + facts.subject(),
                    Remedy.advise("Take it out, or choose the minor that has it." + near)));
        } else {
            problems.add(Problem.warning(
                    ProblemCode.RELEASE_SETTING_UNKNOWN,
                    what + " is not among what this program knows of " + facts.subject(),
                    Remedy.advise("Look it up in the reference of that minor before hosts get it.")));
        }
    }

    private static SortedMap<String, String> parse(String gates) {
        var found = new TreeMap<String, String>();
        for (var gate : List.of(gates.split(","))) {
            var parts = List.of(gate.split("=", 2));
            if (!gate.isBlank()) {
                found.put(
                        parts.getFirst().strip(),
                        parts.size() == 2 ? parts.getLast().strip() : "");
            }
        }
        return found;
    }
}
