package io.keelson.server.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Owner;
import io.keelson.workload.Pod;
import io.keelson.workload.Resources;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Pods as the API has them. */
final class PodReading {
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final Duration USUAL_GRACE = Duration.ofSeconds(30);
    private static final Duration USUAL_START = Duration.ofSeconds(10);
    private static final Duration LONGEST_START = Duration.ofMinutes(15);

    private final Map<ObjectName, VolumeReading.Volume> volumes;

    /** @param volumes by the claim that has them */
    PodReading(Map<ObjectName, VolumeReading.Volume> volumes) {
        this.volumes = volumes;
    }

    Pod read(io.fabric8.kubernetes.api.model.Pod pod) {
        var meta = pod.getMetadata();
        var name = BudgetReading.name(meta);
        var spec = pod.getSpec();
        var status = Optional.ofNullable(pod.getStatus());
        var owner = Optional.ofNullable(meta.getOwnerReferences()).orElse(List.of()).stream()
                .filter(each -> Boolean.TRUE.equals(each.getController()))
                .findFirst()
                .map(each -> new Owner(name.namespace(), each.getKind(), each.getName()));
        boolean mirror =
                Optional.ofNullable(meta.getAnnotations()).orElse(Map.of()).containsKey(MIRROR);
        var claims = Optional.ofNullable(spec.getVolumes()).orElse(List.of()).stream()
                .map(each -> each.getPersistentVolumeClaim())
                .filter(Objects::nonNull)
                .map(each -> each.getClaimName())
                .collect(Collectors.toSet());
        return new Pod(
                name,
                meta.getUid(),
                NodeReading.name(spec.getNodeName()),
                owner,
                hasEnded(pod)
                        ? Pod.Phase.SUCCEEDED
                        : phase(status.map(PodStatus::getPhase).orElse("")),
                status.flatMap(each -> changed(each, "Ready")).isPresent(),
                Optional.ofNullable(spec.getTerminationGracePeriodSeconds())
                        .map(Duration::ofSeconds)
                        .orElse(USUAL_GRACE),
                status.map(PodReading::startup).orElse(USUAL_START),
                time(meta.getDeletionTimestamp()),
                requests(spec),
                Optional.ofNullable(meta.getLabels()).orElse(Map.of()),
                mirror || Probe.isProbe(pod),
                Optional.ofNullable(spec.getVolumes()).orElse(List.of()).stream()
                        .anyMatch(each -> each.getEmptyDir() != null),
                claims,
                PlacementReading.read(
                        spec,
                        claims.stream()
                                .map(claim -> volumes.get(new ObjectName(name.namespace(), claim)))
                                .filter(Objects::nonNull)
                                .flatMap(volume -> volume.nodes().stream())
                                .toList()));
    }

    /**
     * Whether a pod that is deleted runs no more: its kubelet says that every container has ended, and may take a minute more before
     * it deletes the object (kubelet's sync-frequency).
     */
    private static boolean hasEnded(io.fabric8.kubernetes.api.model.Pod pod) {
        var containers = Optional.ofNullable(pod.getStatus())
                .map(PodStatus::getContainerStatuses)
                .orElse(List.of());
        return pod.getMetadata().getDeletionTimestamp() != null
                && containers.size() == pod.getSpec().getContainers().size()
                && containers.stream()
                        .allMatch(each ->
                                each.getState() != null && each.getState().getTerminated() != null);
    }

    private static Pod.Phase phase(String phase) {
        return switch (phase) {
            case "Pending" -> Pod.Phase.PENDING;
            case "Running" -> Pod.Phase.RUNNING;
            case "Succeeded" -> Pod.Phase.SUCCEEDED;
            case "Failed" -> Pod.Phase.FAILED;
            default -> Pod.Phase.UNKNOWN;
        };
    }

    /** Since when a condition is true; empty if it is not. */
    private static Optional<Instant> changed(PodStatus status, String condition) {
        return Optional.ofNullable(status.getConditions()).orElse(List.of()).stream()
                .filter(each ->
                        each.getType().equals(condition) && each.getStatus().equals("True"))
                .findFirst()
                .map(each -> time(each.getLastTransitionTime()).orElse(Instant.EPOCH));
    }

    private static Duration startup(PodStatus status) {
        return changed(status, "PodScheduled")
                .flatMap(from -> changed(status, "Ready").map(to -> Duration.between(from, to)))
                .filter(took -> !took.isNegative() && took.compareTo(LONGEST_START) <= 0)
                .orElse(USUAL_START);
    }

    private static Optional<Instant> time(@Nullable String text) {
        try {
            return Optional.ofNullable(text)
                    .filter(each -> !each.isEmpty())
                    .map(each -> OffsetDateTime.parse(each).toInstant());
        } catch (DateTimeException e) {
            return Optional.of(Instant.EPOCH); // that it is there is what matters
        }
    }

    /** As the scheduler counts: all containers together, or the largest that runs before them, and what comes on top. */
    private static Resources requests(PodSpec spec) {
        var running = Resources.NONE;
        for (var container : Optional.ofNullable(spec.getContainers()).orElse(List.of())) {
            running = running.plus(asked(container));
        }
        var before = Resources.NONE;
        var beside = Resources.NONE;
        for (var container : Optional.ofNullable(spec.getInitContainers()).orElse(List.of())) {
            if ("Always".equals(container.getRestartPolicy())) {
                beside = beside.plus(asked(container));
                running = running.plus(asked(container));
                before = before.max(beside);
            } else {
                before = before.max(beside.plus(asked(container)));
            }
        }
        return running.max(before).plus(NodeReading.resources(spec.getOverhead()));
    }

    private static Resources asked(Container container) {
        return Optional.ofNullable(container.getResources())
                .map(each -> NodeReading.resources(each.getRequests()))
                .orElse(Resources.NONE);
    }
}
