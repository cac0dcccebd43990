package io.keelson.server.kubernetes;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import io.keelson.drain.LostLoad;
import io.keelson.fleet.NodeName;
import io.keelson.workload.Placement;
import io.keelson.workload.Resources;
import io.keelson.workload.WorkNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Nodes as the API has them. */
final class NodeReading {
    /** Kubernetes' own taint of a cordoned node, which says nothing that {@code unschedulable} does not. */
    private static final String CORDONED = "node.kubernetes.io/unschedulable";

    private NodeReading() {}

    /** Empty for a node whose name no node of Keelson's has. */
    static Optional<WorkNode> read(Node node) {
        return name(node.getMetadata().getName()).map(name -> read(name, node));
    }

    static Optional<NodeName> name(@Nullable String name) {
        try {
            return Optional.ofNullable(name).filter(each -> !each.isEmpty()).map(NodeName::new);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // it has dots, and so is none of ours
        }
    }

    private static WorkNode read(NodeName name, Node node) {
        var spec = Optional.ofNullable(node.getSpec());
        var status = Optional.ofNullable(node.getStatus());
        boolean ready = status.map(each -> each.getConditions()).orElse(List.of()).stream()
                .anyMatch(each ->
                        each.getType().equals("Ready") && each.getStatus().equals("True"));
        var taints = spec.map(each -> each.getTaints()).orElse(List.of()).stream()
                .filter(each -> !each.getKey().equals(CORDONED))
                .map(each -> new Placement.Taint(
                        each.getKey(), Optional.ofNullable(each.getValue()).orElse(""), each.getEffect()))
                .toList();
        return new WorkNode(
                name,
                ready,
                spec.map(each -> each.getUnschedulable()).orElse(false),
                resources(status.map(each -> each.getAllocatable()).orElse(Map.of())),
                Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of()),
                taints);
    }

    /** A time that cannot be read is as old as can be: the emptying is over then, and begins anew if it is asked for. */
    static Optional<DrainMark> mark(Node node) {
        var annotations =
                Optional.ofNullable(node.getMetadata().getAnnotations()).orElse(Map.of());
        return Optional.ofNullable(annotations.get(DrainMark.SINCE))
                .map(since ->
                        new DrainMark(time(since), DrainMark.FOR_DRAIN.equals(annotations.get(DrainMark.CORDONED))));
    }

    static Optional<LostLoad> load(Node node) {
        return Optional.ofNullable(node.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(LoadNote.ANNOTATION))
                .flatMap(LoadNote::read);
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    static Resources resources(@Nullable Map<String, Quantity> quantities) {
        var amounts = new HashMap<String, Long>();
        Optional.ofNullable(quantities)
                .orElse(Map.of())
                .forEach((name, quantity) -> amounts.put(name, amount(name, quantity.getNumericalAmount())));
        return new Resources(amounts);
    }

    private static long amount(String name, BigDecimal amount) {
        var scaled = name.equals("cpu") ? amount.movePointRight(3) : amount;
        return scaled.setScale(0, RoundingMode.CEILING).longValue();
    }
}
