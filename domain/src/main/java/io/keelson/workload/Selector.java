package io.keelson.workload;

import java.util.List;
import java.util.Map;

/**
 * Labels that are all to be there, and expressions that are all to hold; an empty one matches everything.
 *
 * @param labels {@code matchLabels}
 */
public record Selector(Map<String, String> labels, List<Requirement> requirements) {
    public Selector {
        labels = Map.copyOf(labels);
        requirements = List.copyOf(requirements);
    }

    /** One label. */
    public static Selector label(String key, String value) {
        return new Selector(Map.of(key, value), List.of());
    }

    /** Whether the labels are meant. */
    public boolean matches(Map<String, String> others) {
        return labels.entrySet().stream().allMatch(each -> each.getValue().equals(others.get(each.getKey())))
                && requirements.stream().allMatch(each -> each.holds(others));
    }
}
