package io.keelson.server.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.keelson.fleet.NodeName;
import java.util.Map;
import java.util.Optional;

/**
 * A pod that shows that a node runs pods and that they are reached from another host. It is made of the pause image, which
 * every node has and which answers nothing; so the API server, asked to connect to a port of it, is refused by the pod's own
 * network stack: a packet went from the API server's host into the pod's network namespace, and one came back. Where the
 * pod's network does not work, the connection is not refused but runs into its time, or finds no way.
 */
final class Probe {
    private static final String NAMESPACE = "kube-system";
    private static final String LABEL = "keelson.io/probe";
    /** Nobody listens there: tcpmux, which nobody has used for long. */
    private static final int PORT = 1;

    private static final String REFUSED = "connection refused";

    private final KubernetesClient client;
    private final ApiCalls calls;

    Probe(KubernetesClient client, ApiCalls calls) {
        this.client = client;
        this.calls = calls;
    }

    private static String name(NodeName node) {
        return "keelson-probe-" + node;
    }

    /** Whether a pod is Keelson's own probe of the node that it is on: nobody's load, also where it was left behind. */
    static boolean isProbe(Pod pod) {
        var meta = pod.getMetadata();
        var node = Optional.ofNullable(pod.getSpec().getNodeName()).orElse("");
        return NAMESPACE.equals(meta.getNamespace())
                && ("keelson-probe-" + node).equals(meta.getName())
                && Optional.ofNullable(meta.getLabels()).orElse(Map.of()).containsKey(LABEL);
    }

    ProbeAnswer probe(NodeName node, String image) {
        var pod = Optional.ofNullable(calls.read(
                "read the probe pod",
                () -> client.pods().inNamespace(NAMESPACE).withName(name(node)).get()));
        if (pod.isEmpty()) {
            begin(node, image);
            return new ProbeAnswer.NotYet("its pod was just made");
        }
        if (pod.get().getMetadata().getDeletionTimestamp() != null) {
            return new ProbeAnswer.NotYet("the pod of an earlier probe is still there");
        }
        var status = Optional.ofNullable(pod.get().getStatus());
        var phase = status.map(each -> each.getPhase()).orElse("Pending");
        var address = status.map(each -> each.getPodIP()).filter(each -> !each.isEmpty());
        if (phase.equals("Failed") || phase.equals("Succeeded")) {
            end(node); // it runs no more and never will: refused by a kubelet that was just started, or evicted by it
            return new ProbeAnswer.NotYet("its pod ended and is made anew"
                    + status.map(each -> each.getMessage())
                            .map(why -> ": " + why)
                            .orElse(""));
        }
        if (!phase.equals("Running") || address.isEmpty()) {
            return new ProbeAnswer.NotYet("its pod is " + phase
                    + status.map(each -> each.getMessage())
                            .map(why -> ": " + why)
                            .orElse(""));
        }
        return reach(node, address.get());
    }

    private void begin(NodeName node, String image) {
        var pod = new PodBuilder()
                .withNewMetadata()
                .withName(name(node))
                .withNamespace(NAMESPACE)
                .withLabels(Map.of(LABEL, node.value()))
                .endMetadata()
                .withNewSpec()
                .withNodeName(node.value()) // also where nothing is scheduled
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(0L)
                .addNewToleration()
                .withOperator("Exists")
                .endToleration()
                .addNewContainer()
                .withName("probe")
                .withImage(image)
                .withImagePullPolicy("Never")
                .endContainer()
                .endSpec()
                .build();
        calls.write(
                "make the probe pod",
                () -> client.pods().inNamespace(NAMESPACE).resource(pod).create());
    }

    private ProbeAnswer reach(NodeName node, String address) {
        var path = "/api/v1/namespaces/" + NAMESPACE + "/pods/" + name(node) + ":" + PORT + "/proxy/";
        try {
            client.raw(path, "GET", null);
            return new ProbeAnswer.Reached("something answered at " + address);
        } catch (KubernetesClientException e) {
            var said = ApiCalls.message(e);
            return said.contains(REFUSED) && said.contains(address)
                    ? new ProbeAnswer.Reached(
                            "the pod at " + address + " refused a connection from the API server's host")
                    : new ProbeAnswer.NotYet("the pod at " + address + " is not reached: " + said);
        }
    }

    void end(NodeName node) {
        calls.write(
                "delete the probe pod",
                () -> client.pods()
                        .inNamespace(NAMESPACE)
                        .withName(name(node))
                        .withGracePeriod(0)
                        .delete());
    }
}
