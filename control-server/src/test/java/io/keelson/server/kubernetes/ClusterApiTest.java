package io.keelson.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.policy.v1beta1.PodDisruptionBudgetBuilder;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The server's client, its credentials, the tunnel and the add-on that gives it its rights, against a real API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterApiTest {
    private static final NodeName W1 = new NodeName("w-1");
    private static final Duration GRACE = Duration.ofSeconds(20);

    private KubeApiServer server;
    private ClusterApi api;

    @BeforeAll
    void starts(@TempDir Path directory) throws IOException {
        server = new KubeApiServer(directory);
    }

    @AfterAll
    void ends() {
        server.close();
    }

    @BeforeEach
    void opens() {
        api = server.apis.open("operator:test", server.cluster);
        var node = new NodeBuilder()
                .withNewMetadata()
                .withName("w-1")
                .withLabels(Map.of("kubernetes.io/hostname", "w-1"))
                .endMetadata()
                .build();
        server.admin.resource(node).create();
        server.admin.nodes().withName("w-1").editStatus(ClusterApiTest::ready);
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

    @AfterEach
    void clears() {
        api.close();
        server.admin.nodes().delete();
        server.admin.pods().inNamespace("default").withGracePeriod(0).delete();
        server.admin
                .policy()
                .v1beta1()
                .podDisruptionBudget()
                .inNamespace("default")
                .delete();
    }

    /** A running, ready pod, as its kubelet would make it. */
    private void pod(String name, String app) {
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
        server.admin.resource(pod).create();
        server.admin
                .pods()
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

    /** A budget that its controller has looked at. */
    private void budget(String name, String app, int allowed) {
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
        server.admin.resource(budget).create();
        server.admin
                .policy()
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

    private Pod seen(String name) {
        return api.around(W1).on(W1).stream()
                .filter(pod -> pod.name().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void seesWhatMovingPodsDependsOn() {
        pod("web-1", "web");
        budget("web", "web", 1);

        var picture = api.everything();

        assertThat(api.nodes()).isEqualTo(picture.nodes());
        assertThat(picture.node(W1)).hasValueSatisfying(node -> {
            assertThat(node.ready()).isTrue();
            assertThat(node.cordoned()).isFalse();
            assertThat(node.allocatable().amounts()).isEqualTo(Map.of("cpu", 3500L, "memory", 2L << 30, "pods", 110L));
        });
        assertThat(picture.on(W1)).singleElement().satisfies(pod -> {
            assertThat(pod.name()).isEqualTo(new ObjectName("default", "web-1"));
            assertThat(pod.owner()).isEmpty();
            assertThat(pod.ready()).isTrue();
            assertThat(pod.emptyDir()).isTrue();
            assertThat(pod.grace()).isEqualTo(Duration.ofMinutes(1));
            assertThat(pod.startup()).isEqualTo(Duration.ofSeconds(7));
            assertThat(pod.requests().amounts()).isEqualTo(Map.of("cpu", 250L, "memory", 64L << 20));
        });
        assertThat(picture.guarding(seen("web-1"))).singleElement().satisfies(budget -> {
            assertThat(budget.wish()).isEqualTo("minAvailable 1");
            assertThat(budget.allowed()).isOne();
            assertThat(budget.current()).isTrue();
        });
    }

    @Test
    void aBudgetsRefusalIsAnAnswer() {
        pod("web-1", "web");
        budget("web", "web", 0);
        assertThat(api.evict(seen("web-1"), GRACE))
                .isInstanceOfSatisfying(
                        EvictionAnswer.Refused.class,
                        refused -> assertThat(refused.why()).contains("disruption budget"));
        assertThat(seen("web-1").terminating()).isFalse();
    }

    @Test
    void twoBudgetsRefuseForEver() {
        pod("web-1", "web");
        budget("one", "web", 1);
        budget("two", "web", 1);
        assertThat(api.evict(seen("web-1"), GRACE))
                .isInstanceOfSatisfying(
                        EvictionAnswer.Refused.class,
                        refused -> assertThat(refused.why()).contains("more than one PodDisruptionBudget"));
    }

    @Test
    void evictsWithTheGraceThatIsAskedForAndThisVeryPodOnly() {
        pod("web-1", "web");
        // One more than is needed: this API server takes one down also for an eviction that comes to nothing.
        budget("web", "web", 2);
        var pod = seen("web-1");
        server.admin
                .pods()
                .inNamespace("default")
                .withName("web-1")
                .withGracePeriod(0)
                .delete();
        assertThat(api.evict(pod, GRACE)).isEqualTo(new EvictionAnswer.Gone());
        pod("web-1", "web");
        assertThat(api.evict(pod, GRACE)).isEqualTo(new EvictionAnswer.Gone());
        assertThat(seen("web-1").terminating()).isFalse();

        var before = Instant.now();
        assertThat(api.evict(seen("web-1"), GRACE)).isEqualTo(new EvictionAnswer.Taken());

        assertThat(seen("web-1").deletion().orElseThrow()).isBetween(before.plusSeconds(15), before.plusSeconds(30));
    }

    @Test
    void deletesThisVeryPodOnly() {
        pod("web-1", "web");
        budget("web", "web", 0);
        var pod = seen("web-1");
        server.admin
                .pods()
                .inNamespace("default")
                .withName("web-1")
                .withGracePeriod(0)
                .delete();
        pod("web-1", "web");
        api.delete(pod, Duration.ZERO);
        assertThat(seen("web-1").uid()).isNotEqualTo(pod.uid());
        api.delete(seen("web-1"), Duration.ZERO);
        assertThat(api.around(W1).on(W1)).isEmpty();
    }

    @Test
    void cordonsWithItsMarkAndTakesBothBack() {
        var mark = new DrainMark(Instant.parse("2026-11-26T12:00:00Z"), true);
        var before = api.node(W1);
        assertThat(before.mark()).isEmpty();
        api.change(before, true, Optional.of(mark));
        assertThat(api.node(W1)).satisfies(node -> {
            assertThat(node.node().cordoned()).isTrue();
            assertThat(node.mark()).contains(mark);
        });
        assertThat(server.admin.nodes().withName("w-1").get().getMetadata().getAnnotations())
                .containsEntry("keelson.io/drain-since", "2026-11-26T12:00:00Z")
                .containsEntry("keelson.io/cordoned-for", "drain");
        assertThatThrownBy(() -> api.change(before, false, Optional.empty())).satisfies(code("RESOURCE_CONFLICT"));
        api.change(api.node(W1), false, Optional.empty());
        assertThat(api.node(W1).node().cordoned()).isFalse();
        assertThat(api.node(W1).mark()).isEmpty();
        assertThat(server.admin.nodes().withName("w-1").get().getMetadata().getLabels())
                .containsKey("kubernetes.io/hostname");
    }

    /** Whoever changed it meanwhile, such as a kubelet that came back, has a node still. */
    @Test
    void deletesANodeAsItWasSeenOnly() {
        var before = api.node(W1);
        api.change(before, true, Optional.empty());
        assertThatThrownBy(() -> api.deleteNode(before)).satisfies(code("RESOURCE_CONFLICT"));
        var now = api.node(W1);
        api.deleteNode(now);
        assertThatThrownBy(() -> api.node(W1)).satisfies(code("NODE_UNKNOWN"));
        api.deleteNode(now);
    }

    @Test
    void saysWhatIsNotThere() {
        assertThatThrownBy(() -> api.node(new NodeName("w-9"))).satisfies(code("NODE_UNKNOWN"));
        assertThatThrownBy(() -> server.apis.open("test", new ClusterName("other")))
                .satisfies(code("CLUSTER_NOT_READY"));
    }

    @Test
    void mayDoWhatItNeedsAndNothingElse() {
        assertThat(List.of(
                        "patch nodes",
                        "delete nodes",
                        "list pods",
                        "create pods/eviction",
                        "delete pods",
                        "list persistentvolumes"))
                .allSatisfy(
                        right -> assertThat(allowed(right, "default")).as(right).isTrue());
        assertThat(List.of("create pods", "get pods/proxy"))
                .allSatisfy(right ->
                        assertThat(allowed(right, "kube-system")).as(right).isTrue())
                .allSatisfy(
                        right -> assertThat(allowed(right, "default")).as(right).isFalse());
        assertThat(List.of(
                        "list secrets",
                        "get secrets",
                        "create pods/exec",
                        "create nodes",
                        "deletecollection nodes",
                        "get nodes/proxy",
                        "patch pods",
                        "deletecollection pods",
                        "create serviceaccounts/token"))
                .allSatisfy(right ->
                        assertThat(allowed(right, "kube-system")).as(right).isFalse());
    }

    private boolean allowed(String right, String namespace) {
        var parts = right.split("[ /]");
        var review = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser("keelson:maintenance")
                .withNewResourceAttributes()
                .withVerb(parts[0])
                .withResource(parts[1])
                .withSubresource(parts.length > 2 ? parts[2] : "")
                .withNamespace(namespace)
                .endResourceAttributes()
                .endSpec()
                .build();
        return server.admin
                .authorization()
                .v1()
                .subjectAccessReview()
                .create(review)
                .getStatus()
                .getAllowed();
    }

    private static java.util.function.Consumer<Throwable> code(String code) {
        return failure -> assertThat(failure)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        known -> assertThat(known.problems())
                                .extracting(Problem::code)
                                .containsExactly(ProblemCode.valueOf(code)));
    }
}
