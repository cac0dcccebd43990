package io.keelson.server.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.policy.v1beta1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;

/** What other components of a cluster would have made, in an API server that has none of them. */
record ApiObjects(KubernetesClient admin) {
    /** A node that is ready. */
    void node(String name) {
        var node = new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(Map.of("kubernetes.io/hostname", name))
                .endMetadata()
                .build();
        admin.resource(node).create();
        admin.nodes().withName(name).editStatus(ApiObjects::ready);
    }

    private static Node ready(Node node) {
        return new NodeBuilder(node)
                .withNewStatus()
                .withAllocatable(Map.of(
                        "cpu", new Quantity("3500m"), "memory", new Quantity("2Gi"), "pods", new Quantity("110")))
                .withConditions(new NodeConditionBuilder()
                        .withType("Ready")
                        .withStatus("True")
                        .build())
                .endStatus()
                .build();
    }

    /** A running, ready pod, as its kubelet would make it. */
    void pod(String name, String app) {
        var pod = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .withLabels(Map.of("app", app))
                .endMetadata()
                .withNewSpec()
                .withNodeName("w-1")
                .withTerminationGracePeriodSeconds(60L)
                .addNewVolume()
                .withName("scratch")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .addNewContainer()
                .withName("c")
                .withImage("pause")
                .withNewResources()
                .withRequests(Map.of("cpu", new Quantity("250m"), "memory", new Quantity("64Mi")))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
        admin.resource(pod).create();
        admin.pods()
                .inNamespace("default")
                .withName(name)
                .editStatus(created -> new PodBuilder(created)
                        .withNewStatus()
                        .withPhase("Running")
                        .withConditions(
                                new PodConditionBuilder()
                                        .withType("PodScheduled")
                                        .withStatus("True")
                                        .withLastTransitionTime("2026-11-26T12:00:00Z")
                                        .build(),
                                new PodConditionBuilder()
                                        .withType("Ready")
                                        .withStatus("True")
                                        .withLastTransitionTime("2026-11-26T12:00:07Z")
                                        .build())
                        .endStatus()
                        .build());
    }

    /** Its containers end, and its object stays. */
    void containersEnd(String name) {
        admin.pods()
                .inNamespace("default")
                .withName(name)
                .editStatus(pod -> new PodBuilder(pod)
                        .editStatus()
                        .withContainerStatuses(new ContainerStatusBuilder()
                                .withName("c")
                                .withImage("pause")
                                .withImageID("")
                                .withReady(false)
                                .withRestartCount(0)
                                .withNewState()
                                .withNewTerminated()
                                .withExitCode(0)
                                .endTerminated()
                                .endState()
                                .build())
                        .endStatus()
                        .build());
    }

    /** It runs no more and never will. */
    void podEnds(String namespace, String name) {
        admin.pods()
                .inNamespace(namespace)
                .withName(name)
                .editStatus(pod -> new PodBuilder(pod)
                        .withNewStatus()
                        .withPhase("Failed")
                        .withReason("OutOfpods")
                        .endStatus()
                        .build());
    }

    /** A budget that its controller has looked at. */
    void budget(String name, String app, int allowed) {
        var budget = new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withMinAvailable(new IntOrString(1))
                .withNewSelector()
                .withMatchLabels(Map.of("app", app))
                .endSelector()
                .endSpec()
                .build();
        admin.resource(budget).create();
        admin.policy()
                .v1beta1()
                .podDisruptionBudget()
                .inNamespace("default")
                .withName(name)
                .editStatus(created -> new PodDisruptionBudgetBuilder(created)
                        .withNewStatus()
                        .withExpectedPods(1 + allowed)
                        .withCurrentHealthy(1 + allowed)
                        .withDesiredHealthy(1)
                        .withDisruptionsAllowed(allowed)
                        .withObservedGeneration(created.getMetadata().getGeneration())
                        .endStatus()
                        .build());
    }

    /** At once, without the grace that its kubelet would give it. */
    void podIsGone(String name) {
        admin.pods().inNamespace("default").withName(name).withGracePeriod(0).delete();
    }

    /** None of them is left. */
    void clear() {
        admin.nodes().delete();
        admin.pods().inNamespace("default").withGracePeriod(0).delete();
        admin.policy().v1beta1().podDisruptionBudget().inNamespace("default").delete();
    }
}
