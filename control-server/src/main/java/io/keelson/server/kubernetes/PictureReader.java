package io.keelson.server.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.keelson.fleet.NodeName;
import io.keelson.workload.Attachment;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Owner;
import io.keelson.workload.Placement;
import io.keelson.workload.Pod;
import io.keelson.workload.WorkNode;
import io.keelson.workload.WorkPicture;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes pictures of a cluster's work. Lists that belong together are not of one moment; whoever decides looks again. */
final class PictureReader {
    private final KubernetesClient client;
    private final ApiCalls calls;
    private final PolicyApi policy;
    private final InstantSource clock;

    PictureReader(KubernetesClient client, ApiCalls calls, PolicyApi policy, InstantSource clock) {
        this.client = client;
        this.calls = calls;
        this.policy = policy;
        this.clock = clock;
    }

    WorkPicture everything() {
        var volumes = volumes();
        var reading = new PodReading(VolumeReading.byClaim(volumes));
        return new WorkPicture(
                clock.instant(),
                nodes(),
                calls.all("pods", page -> client.pods().inAnyNamespace().list(page)).stream()
                        .map(reading::read)
                        .toList(),
                policy.budgets(),
                attachments(volumes),
                wanted(),
                daemons());
    }

    List<WorkNode> nodes() {
        return calls.all("nodes", page -> client.nodes().list(page)).stream()
                .flatMap(each -> NodeReading.read(each).stream())
                .toList();
    }

    WorkPicture around(NodeName name) {
        var attached = attachments(List.of()).stream()
                .filter(each -> each.node().equals(name))
                .toList();
        // Whose they are is of interest only where there are any.
        var volumes = attached.isEmpty() ? List.<VolumeReading.Volume>of() : volumes();
        var reading = new PodReading(VolumeReading.byClaim(volumes));
        var pods = calls
                .all(
                        "pods",
                        page -> client.pods()
                                .inAnyNamespace()
                                .withField("spec.nodeName", name.value())
                                .list(page))
                .stream()
                .map(reading::read)
                .toList();
        return new WorkPicture(
                clock.instant(),
                List.of(),
                pods,
                guarded(pods) ? policy.budgets() : List.of(),
                named(attached, volumes),
                Map.of(),
                Map.of());
    }

    private static boolean guarded(List<Pod> pods) {
        return pods.stream().anyMatch(each -> !each.staysWithNode());
    }

    private static List<Attachment> named(List<Attachment> attached, List<VolumeReading.Volume> volumes) {
        var claims = volumes.stream()
                .filter(each -> each.claim().isPresent())
                .collect(Collectors.toMap(
                        VolumeReading.Volume::name, each -> each.claim().orElseThrow()));
        return attached.stream()
                .map(each -> new Attachment(
                        each.volume(), each.node(), Optional.<ObjectName>ofNullable(claims.get(each.volume()))))
                .toList();
    }

    private List<VolumeReading.Volume> volumes() {
        return calls.all("volumes", page -> client.persistentVolumes().list(page)).stream()
                .map(VolumeReading::read)
                .toList();
    }

    private List<Attachment> attachments(List<VolumeReading.Volume> volumes) {
        var byName = volumes.stream()
                .collect(Collectors.toMap(VolumeReading.Volume::name, each -> each, (one, other) -> one));
        return calls
                .all(
                        "attached volumes",
                        page -> client.storage().v1().volumeAttachments().list(page))
                .stream()
                .flatMap(each -> VolumeReading.read(each, byName).stream())
                .toList();
    }

    private Map<Owner, Integer> wanted() {
        var wanted = new HashMap<Owner, Integer>();
        calls.all(
                        "replica sets",
                        page -> client.apps().replicaSets().inAnyNamespace().list(page))
                .forEach(each -> want(
                        wanted,
                        "ReplicaSet",
                        BudgetReading.name(each.getMetadata()),
                        each.getSpec().getReplicas()));
        calls.all(
                        "stateful sets",
                        page -> client.apps().statefulSets().inAnyNamespace().list(page))
                .forEach(each -> want(
                        wanted,
                        "StatefulSet",
                        BudgetReading.name(each.getMetadata()),
                        each.getSpec().getReplicas()));
        calls.all(
                        "replication controllers",
                        page -> client.replicationControllers().inAnyNamespace().list(page))
                .forEach(each -> want(
                        wanted,
                        "ReplicationController",
                        BudgetReading.name(each.getMetadata()),
                        each.getSpec().getReplicas()));
        return wanted;
    }

    private Map<Owner, Placement> daemons() {
        var daemons = new HashMap<Owner, Placement>();
        calls.all(
                        "daemon sets",
                        page -> client.apps().daemonSets().inAnyNamespace().list(page))
                .forEach(each -> daemons.put(
                        new Owner(
                                each.getMetadata().getNamespace(),
                                "DaemonSet",
                                each.getMetadata().getName()),
                        PlacementReading.read(each.getSpec().getTemplate().getSpec(), List.of())));
        return daemons;
    }

    private static void want(Map<Owner, Integer> wanted, String kind, ObjectName name, @Nullable Integer replicas) {
        wanted.put(
                new Owner(name.namespace(), kind, name.name()),
                Optional.ofNullable(replicas).orElse(1));
    }
}
