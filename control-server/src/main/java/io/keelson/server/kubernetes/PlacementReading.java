package io.keelson.server.kubernetes;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.keelson.workload.Placement;
import io.keelson.workload.Requirement;
import io.keelson.workload.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where pods may run, as the API has it. */
final class PlacementReading {
    private PlacementReading() {}

    static Placement read(PodSpec spec, List<Placement.NodeTerms> volumes) {
        var affinity = Optional.ofNullable(spec.getAffinity());
        var nodes = new ArrayList<>(volumes);
        var selector = Optional.ofNullable(spec.getNodeSelector()).orElse(Map.of());
        if (!selector.isEmpty()) {
            nodes.add(new Placement.NodeTerms(List.of(selector.entrySet().stream()
                    .map(each -> new Requirement(each.getKey(), Requirement.Operator.IN, List.of(each.getValue())))
                    .toList())));
        }
        affinity.map(each -> each.getNodeAffinity())
                .map(each -> each.getRequiredDuringSchedulingIgnoredDuringExecution())
                .ifPresent(each -> nodes.add(terms(each)));
        return new Placement(
                nodes,
                list(spec.getTolerations()).map(PlacementReading::toleration).toList(),
                affinity
                        .map(each -> each.getPodAntiAffinity())
                        .map(each -> each.getRequiredDuringSchedulingIgnoredDuringExecution())
                        .stream()
                        .flatMap(List::stream)
                        .map(PlacementReading::apart)
                        .toList(),
                list(spec.getTopologySpreadConstraints())
                        .filter(each -> "DoNotSchedule".equals(each.getWhenUnsatisfiable()))
                        .map(PlacementReading::spread)
                        .toList());
    }

    private static <T> Stream<T> list(@Nullable List<T> list) {
        return Optional.ofNullable(list).orElse(List.of()).stream();
    }

    static Placement.NodeTerms terms(NodeSelector selector) {
        return new Placement.NodeTerms(list(selector.getNodeSelectorTerms())
                .map(PlacementReading::term)
                .toList());
    }

    private static List<Requirement> term(NodeSelectorTerm term) {
        return list(term.getMatchExpressions())
                .map(each -> BudgetReading.requirement(each.getKey(), each.getOperator(), each.getValues()))
                .toList();
    }

    private static Placement.Toleration toleration(Toleration toleration) {
        return new Placement.Toleration(
                Objects.requireNonNullElse(toleration.getKey(), ""),
                "Exists".equals(toleration.getOperator()),
                Objects.requireNonNullElse(toleration.getValue(), ""),
                Objects.requireNonNullElse(toleration.getEffect(), ""));
    }

    private static Placement.Apart apart(PodAffinityTerm term) {
        return new Placement.Apart(
                selector(term.getLabelSelector()),
                term.getTopologyKey(),
                Set.copyOf(Objects.requireNonNullElse(term.getNamespaces(), List.of())));
    }

    private static Placement.Spread spread(TopologySpreadConstraint constraint) {
        return new Placement.Spread(
                constraint.getTopologyKey(),
                Objects.requireNonNullElse(constraint.getMaxSkew(), 1),
                selector(constraint.getLabelSelector()));
    }

    /** None at all selects nothing here. */
    private static Selector selector(@Nullable LabelSelector selector) {
        return selector == null
                ? new Selector(
                        Map.of(), List.of(new Requirement("keelson.io/none", Requirement.Operator.IN, List.of())))
                : BudgetReading.selector(selector);
    }
}
