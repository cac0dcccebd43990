package io.keelson.server.kubernetes;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.keelson.workload.Budget;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Requirement;
import io.keelson.workload.Selector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Budgets as the API has them. */
final class BudgetReading {
    private static final String ALWAYS = "AlwaysAllow";

    private BudgetReading() {}

    static Budget read(PodDisruptionBudget budget) {
        var spec = Optional.ofNullable(budget.getSpec());
        var status = Optional.ofNullable(budget.getStatus());
        return new Budget(
                name(budget.getMetadata()),
                spec.map(each -> each.getSelector()).map(BudgetReading::selector),
                spec.map(each -> wish(each.getMinAvailable(), each.getMaxUnavailable()))
                        .orElse("nothing"),
                status.map(each -> each.getExpectedPods()).orElse(0),
                status.map(each -> each.getCurrentHealthy()).orElse(0),
                status.map(each -> each.getDesiredHealthy()).orElse(0),
                status.map(each -> each.getDisruptionsAllowed()).orElse(0),
                isCurrent(budget.getMetadata(), status.map(each -> each.getObservedGeneration())),
                spec.map(each -> each.getUnhealthyPodEvictionPolicy())
                        .filter(ALWAYS::equals)
                        .isPresent());
    }

    /** An empty selector selects nothing here, and everything in the newer version (KEP-85). */
    static Budget read(io.fabric8.kubernetes.api.model.policy.v1beta1.PodDisruptionBudget budget) {
        var spec = Optional.ofNullable(budget.getSpec());
        var status = Optional.ofNullable(budget.getStatus());
        return new Budget(
                name(budget.getMetadata()),
                spec.map(each -> each.getSelector())
                        .map(BudgetReading::selector)
                        .filter(each ->
                                !each.labels().isEmpty() || !each.requirements().isEmpty()),
                spec.map(each -> wish(each.getMinAvailable(), each.getMaxUnavailable()))
                        .orElse("nothing"),
                status.map(each -> each.getExpectedPods()).orElse(0),
                status.map(each -> each.getCurrentHealthy()).orElse(0),
                status.map(each -> each.getDesiredHealthy()).orElse(0),
                status.map(each -> each.getDisruptionsAllowed()).orElse(0),
                isCurrent(budget.getMetadata(), status.map(each -> each.getObservedGeneration())),
                false); // which came after this version was gone
    }

    static ObjectName name(ObjectMeta meta) {
        return new ObjectName(meta.getNamespace(), meta.getName());
    }

    private static boolean isCurrent(ObjectMeta meta, Optional<Long> observed) {
        long generation = Optional.ofNullable(meta.getGeneration()).orElse(0L);
        return observed.filter(seen -> seen >= generation).isPresent();
    }

    private static String wish(@Nullable IntOrString available, @Nullable IntOrString unavailable) {
        return unavailable != null
                ? "maxUnavailable " + unavailable.getValue()
                : "minAvailable " + (available == null ? "1" : available.getValue());
    }

    static Selector selector(LabelSelector selector) {
        var labels = Optional.ofNullable(selector.getMatchLabels()).orElse(Map.of());
        var expressions = Optional.ofNullable(selector.getMatchExpressions()).orElse(List.of()).stream()
                .map(each -> requirement(each.getKey(), each.getOperator(), each.getValues()))
                .toList();
        return new Selector(labels, expressions);
    }

    /** @throws IllegalArgumentException an operator that Kubernetes does not have */
    static Requirement requirement(String key, String operator, @Nullable List<String> values) {
        var how = switch (operator) {
            case "In" -> Requirement.Operator.IN;
            case "NotIn" -> Requirement.Operator.NOT_IN;
            case "Exists" -> Requirement.Operator.EXISTS;
            case "DoesNotExist" -> Requirement.Operator.ABSENT;
            case "Gt" -> Requirement.Operator.GT;
            case "Lt" -> Requirement.Operator.LT;
            default -> throw new IllegalArgumentException("no operator of a selector: " + operator);
        };
        return new Requirement(key, how, Optional.ofNullable(values).orElse(List.of()));
    }
}
