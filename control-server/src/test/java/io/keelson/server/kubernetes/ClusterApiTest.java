package io.keelson.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.keelson.drain.LostLoad;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Owner;
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
    private ApiObjects objects;

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
        objects = new ApiObjects(server.admin);
        objects.node("w-1");
    }

    @AfterEach
    void clears() {
        api.close();
        objects.clear();
    }

    private Pod seen(String name) {
        return api.around(W1).on(W1).stream()
                .filter(pod -> pod.name().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void seesWhatMovingPodsDependsOn() {
        objects.pod("web-1", "web");
        objects.budget("web", "web", 1);

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

    /** Its kubelet says that all of it has ended, and has yet to delete it. */
    @Test
    void aPodThatIsDeletedAndHasEndedIsOver() {
        objects.pod("web-1", "web");
        assertThat(api.evict(seen("web-1"), GRACE)).isEqualTo(new EvictionAnswer.Taken());
        assertThat(seen("web-1").phase()).isEqualTo(Pod.Phase.RUNNING);
        objects.containersEnd("web-1");
        assertThat(seen("web-1").phase()).isEqualTo(Pod.Phase.SUCCEEDED);
        assertThat(seen("web-1").terminating()).isTrue();
    }

    @Test
    void whatANodeCarriedIsNotedOnItAndForgotten() {
        var load = new LostLoad(Map.of(new Owner("shop", "ReplicaSet", "web"), 2));
        assertThat(api.node(W1).load()).isEmpty();
        api.note(api.node(W1), Optional.of(load));
        api.change(api.node(W1), true, Optional.of(new DrainMark(Instant.parse("2026-11-26T12:00:00Z"), true)));
        api.change(api.node(W1), false, Optional.empty());
        assertThat(api.node(W1).load()).contains(load);
        api.note(api.node(W1), Optional.empty());
        assertThat(api.node(W1).load()).isEmpty();
    }

    /** A probe that was left behind, as by a server that died, is nobody's load; what only calls itself one is. */
    @Test
    void itsOwnProbeKeepsNobodyAndAnEndedOneIsMadeAnew() {
        assertThat(api.probe(W1, "pause:3")).isInstanceOf(ProbeAnswer.NotYet.class);
        assertThat(api.around(W1).on(W1)).singleElement().matches(Pod::staysWithNode);
        objects.podEnds("kube-system", "keelson-probe-w-1");
        assertThat(api.probe(W1, "pause:3")).isInstanceOf(ProbeAnswer.NotYet.class);
        assertThat(api.around(W1).on(W1)).isEmpty();
        assertThat(api.probe(W1, "pause:3")).isEqualTo(new ProbeAnswer.NotYet("its pod was just made"));
        api.endProbe(W1);
        objects.pod("keelson-probe-w-1", "web");
        assertThat(seen("keelson-probe-w-1").staysWithNode()).isFalse();
    }

    @Test
    void aBudgetsRefusalIsAnAnswer() {
        objects.pod("web-1", "web");
        objects.budget("web", "web", 0);
        assertThat(api.evict(seen("web-1"), GRACE))
                .isInstanceOfSatisfying(
                        EvictionAnswer.Refused.class,
                        refused -> assertThat(refused.why()).contains("disruption budget"));
        assertThat(seen("web-1").terminating()).isFalse();
    }

    @Test
    void twoBudgetsRefuseForEver() {
        objects.pod("web-1", "web");
        objects.budget("one", "web", 1);
        objects.budget("two", "web", 1);
        assertThat(api.evict(seen("web-1"), GRACE))
                .isInstanceOfSatisfying(
                        EvictionAnswer.Refused.class,
                        refused -> assertThat(refused.why()).contains("more than one PodDisruptionBudget"));
    }

    @Test
    void evictsWithTheGraceThatIsAskedForAndThisVeryPodOnly() {
        objects.pod("web-1", "web");
        // One more than is needed: this API server takes one down also for an eviction that comes to nothing.
        objects.budget("web", "web", 2);
        var pod = seen("web-1");
        objects.podIsGone("web-1");
        assertThat(api.evict(pod, GRACE)).isEqualTo(new EvictionAnswer.Gone());
        objects.pod("web-1", "web");
        assertThat(api.evict(pod, GRACE)).isEqualTo(new EvictionAnswer.Gone());
        assertThat(seen("web-1").terminating()).isFalse();

        var before = Instant.now();
        assertThat(api.evict(seen("web-1"), GRACE)).isEqualTo(new EvictionAnswer.Taken());

        assertThat(seen("web-1").deletion().orElseThrow()).isBetween(before.plusSeconds(15), before.plusSeconds(30));
    }

    @Test
    void deletesThisVeryPodOnly() {
        objects.pod("web-1", "web");
        objects.budget("web", "web", 0);
        var pod = seen("web-1");
        objects.podIsGone("web-1");
        objects.pod("web-1", "web");
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
