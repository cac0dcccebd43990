package io.keelson.server.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.keelson.drain.LostLoad;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.workload.Pod;
import io.keelson.workload.WorkNode;
import io.keelson.workload.WorkPicture;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A cluster's API by fabric8's client. May be used by several threads. */
final class Fabric8Api implements ClusterApi {
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int UNAUTHORIZED = 401;

    private final KubernetesClient client;
    private final ClusterName cluster;
    private final ApiCalls calls;
    private final PolicyApi policy;
    private final PictureReader pictures;
    private final Probe probe;

    Fabric8Api(KubernetesClient client, ClusterName cluster, InstantSource clock) {
        this.client = client;
        this.cluster = cluster;
        this.calls = new ApiCalls(cluster);
        this.policy = new PolicyApi(client, calls);
        this.pictures = new PictureReader(client, calls, policy, clock);
        this.probe = new Probe(client, calls);
    }

    @Override
    public WorkPicture everything() {
        return pictures.everything();
    }

    @Override
    public WorkPicture around(NodeName node) {
        return pictures.around(node);
    }

    @Override
    public List<WorkNode> nodes() {
        return pictures.nodes();
    }

    @Override
    public SeenNode node(NodeName name) {
        return Optional.ofNullable(calls.read(
                        "read node " + name,
                        () -> client.nodes().withName(name.value()).get()))
                .flatMap(Fabric8Api::seen)
                .orElseThrow(() -> unknown(name));
    }

    static Optional<SeenNode> seen(Node node) {
        return NodeReading.read(node)
                .map(read -> new SeenNode(
                        read,
                        NodeReading.mark(node),
                        NodeReading.load(node),
                        Optional.ofNullable(node.getMetadata().getResourceVersion())
                                .orElse("")));
    }

    private RuntimeException unknown(NodeName name) {
        return Problem.error(
                        ProblemCode.NODE_UNKNOWN,
                        "cluster " + cluster + " has no node " + name,
                        Remedy.advise("See which nodes there are.", "keelson get nodes"))
                .asException();
    }

    @Override
    public void change(SeenNode seen, boolean cordoned, Optional<DrainMark> mark) {
        var name = seen.node().name();
        var patch = JsonNodeFactory.instance.objectNode();
        var annotations = patch.putObject("metadata")
                .put("resourceVersion", seen.version())
                .putObject("annotations");
        // Null takes away what is there (RFC 7386).
        mark.ifPresentOrElse(
                each -> annotations.put(DrainMark.SINCE, each.since().toString()),
                () -> annotations.putNull(DrainMark.SINCE));
        mark.filter(DrainMark::cordoned)
                .ifPresentOrElse(
                        each -> annotations.put(DrainMark.CORDONED, DrainMark.FOR_DRAIN),
                        () -> annotations.putNull(DrainMark.CORDONED));
        patch.putObject("spec").put("unschedulable", cordoned);
        calls.write(
                (cordoned ? "cordon" : "uncordon") + " node " + name,
                () -> client.nodes()
                        .withName(name.value())
                        .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString()));
    }

    @Override
    public void note(SeenNode seen, Optional<LostLoad> load) {
        var name = seen.node().name();
        var patch = JsonNodeFactory.instance.objectNode();
        var annotations = patch.putObject("metadata")
                .put("resourceVersion", seen.version())
                .putObject("annotations");
        load.ifPresentOrElse(
                each -> annotations.put(LoadNote.ANNOTATION, LoadNote.text(each)),
                () -> annotations.putNull(LoadNote.ANNOTATION));
        calls.write(
                "note what node " + name + " carries",
                () -> client.nodes()
                        .withName(name.value())
                        .patch(PatchContext.of(PatchType.JSON_MERGE), patch.toString()));
    }

    @Override
    public void deleteNode(SeenNode seen) {
        var name = seen.node().name();
        var options = JsonNodeFactory.instance.objectNode();
        options.putObject("preconditions").put("resourceVersion", seen.version());
        try {
            client.raw("/api/v1/nodes/" + name, "DELETE", options.toString());
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND) {
                throw calls.failed("delete node " + name, e);
            }
        }
    }

    @Override
    public EvictionAnswer evict(Pod pod, Duration grace) {
        var eviction = JsonNodeFactory.instance
                .objectNode()
                .put("apiVersion", policy.version())
                .put("kind", "Eviction");
        eviction.putObject("metadata")
                .put("name", pod.name().name())
                .put("namespace", pod.name().namespace());
        eviction.set("deleteOptions", options(pod, grace));
        try {
            client.raw(path(pod) + "/eviction", "POST", eviction.toString());
            return new EvictionAnswer.Taken();
        } catch (KubernetesClientException e) {
            return refused(pod, e);
        }
    }

    /**
     * pkg/registry/core/pod/storage/eviction.go: 429 for a budget, 500 for more than one of them. Whatever else the API server
     * answers, as for a webhook that denies it, is about this pod, and does not keep the others.
     */
    private EvictionAnswer refused(Pod pod, KubernetesClientException e) {
        if (e.getCode() == NOT_FOUND || e.getCode() == CONFLICT) {
            return new EvictionAnswer.Gone();
        }
        if (e.getCode() < 400 || e.getCode() == UNAUTHORIZED) {
            throw calls.failed("evict " + pod, e);
        }
        return new EvictionAnswer.Refused(ApiCalls.message(e));
    }

    private static String path(Pod pod) {
        return "/api/v1/namespaces/" + pod.name().namespace() + "/pods/"
                + pod.name().name();
    }

    private static ObjectNode options(Pod pod, Duration grace) {
        var options = JsonNodeFactory.instance.objectNode().put("gracePeriodSeconds", grace.toSeconds());
        options.putObject("preconditions").put("uid", pod.uid());
        return options;
    }

    @Override
    public void delete(Pod pod, Duration grace) {
        try {
            client.raw(path(pod), "DELETE", options(pod, grace).toString());
        } catch (KubernetesClientException e) {
            if (e.getCode() != NOT_FOUND && e.getCode() != CONFLICT) {
                throw calls.failed("delete " + pod, e);
            }
        }
    }

    @Override
    public ProbeAnswer probe(NodeName node, String image) {
        return probe.probe(node, image);
    }

    @Override
    public void endProbe(NodeName node) {
        probe.end(node);
    }

    @Override
    public void close() {
        client.close();
    }
}
