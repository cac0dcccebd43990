package io.keelson.workload;

import java.util.List;
import java.util.Map;

/**
 * One expression over labels (Kubernetes' {@code LabelSelectorRequirement} and {@code NodeSelectorRequirement}).
 *
 * @param values of GT and LT one, an integer; of EXISTS and ABSENT none
 */
public record Requirement(String key, Operator operator, List<String> values) {
    public Requirement {
        values = List.copyOf(values);
    }

    /** How the values are compared with the label's. */
    public enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        ABSENT,
        GT,
        LT
    }

    /** Whether the labels are so. */
    public boolean holds(Map<String, String> labels) {
        var value = labels.get(key);
        return switch (operator) {
            case IN -> value != null && values.contains(value);
            case NOT_IN -> value == null || !values.contains(value);
            case EXISTS -> value != null;
            case ABSENT -> value == null;
            case GT -> value != null && compared(value) > 0;
            case LT -> value != null && compared(value) < 0;
        };
    }

    /** 0 where one is no integer: then neither is greater, as the scheduler sees it. */
    private int compared(String value) {
        try {
            return Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst()));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
