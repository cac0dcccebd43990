package io.keelson.drain;

import static io.keelson.drain.Cluster.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.fleet.NodeName;
import io.keelson.workload.Attachment;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Owner;
import io.keelson.workload.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DrainingTest {
    private static final NodeName A = new NodeName("a");
    private static final Duration START = Duration.ZERO;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Cluster cluster = new Cluster().node("a").node("b");
    private final Set<ObjectName> refused = new HashSet<>();
    private final DrainPolicy forcing =
            new DrainPolicy(Duration.ofMinutes(10), false, false, Optional.of(Duration.ofMinutes(5)), Optional.empty());

    private DrainStep next(DrainPolicy policy, Duration since) {
        return new Draining(A).next(cluster.picture(), policy, since, refused);
    }

    private static List<String> names(List<Pod> pods) {
        return pods.stream().map(pod -> pod.name().name()).toList();
    }

    @Test
    void evictsAsManyAsTheBudgetLetsGo() {
        cluster.workload("web", "a", "a", "a", "b").budget("web", 2);
        assertThat(next(DrainPolicy.CAREFUL, START))
                .isInstanceOfSatisfying(
                        DrainStep.Evict.class,
                        step -> assertThat(names(step.pods())).containsExactly("web-0", "web-1"));
    }

    /** system-upgrade-controller#78, system-upgrade-controller#103, gravity#1277: a drain waited for ever on a budget. */
    @Test
    void givesUpAtTheLimitAndSaysWhichBudgetAndWorkload() {
        cluster.workload("db", "a").budget("db", 1);
        assertThat(next(DrainPolicy.CAREFUL, MINUTE.multipliedBy(9))).isInstanceOf(DrainStep.Wait.class);
        assertThat(next(DrainPolicy.CAREFUL, MINUTE.multipliedBy(10)))
                .isInstanceOfSatisfying(
                        DrainStep.GiveUp.class,
                        step -> assertThat(step.reasons()).singleElement().satisfies(reason -> {
                            assertThat(reason.budget()).contains(name("db"));
                            assertThat(reason.workload()).contains(new Owner("shop", "ReplicaSet", "db"));
                            assertThat(reason.what())
                                    .isEqualTo("pod shop/db-0 (ReplicaSet shop/db) is kept by budget shop/db"
                                            + " (minAvailable 1): it wants 1 of its 1 pods ready, which lets none go,"
                                            + " ever");
                        }));
    }

    @Test
    void givesUpAtOnceWhatWaitingDoesNotMend() {
        cluster.workload("web", "a");
        cluster.pods.add(DrainForecastTest.copy(cluster.pods.getFirst(), "bare", Optional.empty(), false, false));
        assertThat(next(DrainPolicy.CAREFUL, START))
                .isInstanceOfSatisfying(
                        DrainStep.GiveUp.class,
                        step -> assertThat(step.reasons())
                                .singleElement()
                                .satisfies(reason -> assertThat(reason.pod()).contains(name("bare"))));
    }

    /** As where an admission webhook denies every eviction: no budget says anything of it. */
    @Test
    void forcesWhatTheApiRefusesToEvictToo() {
        cluster.workload("web", "a", "a");
        refused.add(name("web-1"));
        assertThat(next(forcing, Duration.ofSeconds(299)))
                .isInstanceOfSatisfying(
                        DrainStep.Evict.class,
                        step -> assertThat(names(step.pods())).containsExactly("web-0", "web-1"));
        assertThat(next(forcing, Duration.ofSeconds(300)))
                .isInstanceOfSatisfying(
                        DrainStep.Evict.class,
                        step -> assertThat(names(step.pods())).containsExactly("web-0"));
        cluster.pods.removeFirst();
        assertThat(next(forcing, Duration.ofSeconds(300)))
                .isInstanceOfSatisfying(
                        DrainStep.Force.class,
                        step -> assertThat(names(step.pods())).containsExactly("web-1"));
        assertThat(next(DrainPolicy.CAREFUL, Duration.ofSeconds(300))).isInstanceOf(DrainStep.Evict.class);
    }

    /** A kubelet may keep the object of a pod that has ended for a minute more; nobody waits for that but who needs its name. */
    @Test
    void aPodThatHasEndedKeepsNobody() {
        cluster.workload("web", "a");
        var pod = cluster.pods.removeFirst();
        cluster.pods.add(ending(pod, Pod.Phase.RUNNING, "ReplicaSet"));
        assertThat(next(DrainPolicy.CAREFUL, START)).isInstanceOf(DrainStep.Wait.class);
        cluster.pods.set(0, ending(pod, Pod.Phase.SUCCEEDED, "StatefulSet"));
        assertThat(next(DrainPolicy.CAREFUL, START)).isInstanceOf(DrainStep.Wait.class);
        cluster.pods.set(0, ending(pod, Pod.Phase.SUCCEEDED, "ReplicaSet"));
        assertThat(next(DrainPolicy.CAREFUL, START)).isEqualTo(new DrainStep.Done());
    }

    private static Pod ending(Pod pod, Pod.Phase phase, String kind) {
        return new Pod(
                pod.name(),
                pod.uid(),
                pod.node(),
                Optional.of(new Owner("shop", kind, "web")),
                phase,
                false,
                pod.grace(),
                pod.startup(),
                Optional.of(Cluster.NOW.plusSeconds(20)),
                pod.requests(),
                pod.labels(),
                false,
                false,
                Set.of(),
                pod.placement());
    }

    @Test
    void forcesOnlyIfAllowedAndNotBeforeItsTime() {
        cluster.workload("db", "a").budget("db", 1);
        assertThat(next(forcing, Duration.ofSeconds(299))).isInstanceOf(DrainStep.Wait.class);
        assertThat(next(forcing, Duration.ofSeconds(300)))
                .isInstanceOfSatisfying(
                        DrainStep.Force.class, step -> assertThat(step.atOnce()).isFalse());
        assertThat(next(DrainPolicy.CAREFUL, Duration.ofSeconds(300))).isInstanceOf(DrainStep.Wait.class);
    }

    @Test
    void forgetsAPodThatDoesNotEndOnlyWhenForced() {
        cluster.workload("web", "a");
        var pod = cluster.pods.removeFirst();
        cluster.pods.add(ending(pod, Cluster.NOW.minusSeconds(31)));
        assertThat(next(DrainPolicy.CAREFUL, MINUTE))
                .isInstanceOfSatisfying(
                        DrainStep.Wait.class,
                        step -> assertThat(step.reasons().getFirst().what()).contains("its kubelet does not stop it"));
        assertThat(next(forcing, MINUTE.multipliedBy(5)))
                .isInstanceOfSatisfying(
                        DrainStep.Force.class, step -> assertThat(step.atOnce()).isTrue());
        cluster.pods.set(0, ending(pod, Cluster.NOW.minusSeconds(29)));
        assertThat(next(forcing, MINUTE.multipliedBy(5))).isInstanceOf(DrainStep.Wait.class);
    }

    @Test
    void waitsForVolumesButNotForThoseOfPodsThatStay() {
        cluster.workload("web", "a");
        var daemon = cluster.pods.removeFirst();
        cluster.pods.add(new Pod(
                daemon.name(),
                daemon.uid(),
                daemon.node(),
                Optional.of(new Owner("shop", "DaemonSet", "d")),
                daemon.phase(),
                true,
                daemon.grace(),
                daemon.startup(),
                Optional.empty(),
                daemon.requests(),
                daemon.labels(),
                false,
                true,
                Set.of("scratch"),
                daemon.placement()));
        cluster.attachments.add(new Attachment("pv-1", A, Optional.of(name("scratch"))));
        assertThat(next(DrainPolicy.CAREFUL, START)).isEqualTo(new DrainStep.Done());
        cluster.attachments.add(new Attachment("pv-2", A, Optional.of(name("data"))));
        assertThat(next(DrainPolicy.CAREFUL, START))
                .isInstanceOfSatisfying(
                        DrainStep.Wait.class,
                        step -> assertThat(step.reasons())
                                .singleElement()
                                .satisfies(reason -> assertThat(reason.what()).contains("pv-2 of claim shop/data")));
    }

    @Test
    void refusesLimitsThatAreNone() {
        assertThatThrownBy(() -> new DrainPolicy(Duration.ZERO, false, false, Optional.empty(), Optional.empty()))
                .hasMessageContaining("at most a day");
        assertThatThrownBy(() -> new DrainPolicy(MINUTE, false, false, Optional.of(MINUTE), Optional.empty()))
                .hasMessageContaining("force comes before");
    }

    /** k0sctl#537: the next node was emptied before the ingress was back. */
    @Test
    void saysWhichLoadIsNotBackYet() {
        cluster.workload("ingress", "a", "b");
        var before = LostLoad.of(cluster.picture(), A);
        assertThat(before.missing(cluster.picture())).isEmpty();
        cluster.pods.removeFirst();
        assertThat(before.missing(cluster.picture()))
                .containsExactly("ReplicaSet shop/ingress has 1 of 2 pods ready that it had before");
        cluster.wanted.put(Cluster.owner("ingress"), 1);
        assertThat(before.missing(cluster.picture())).isEmpty();
    }

    @Test
    void saysWhichDaemonsANodeHasNot() {
        var daemon = new Owner("shop", "DaemonSet", "d");
        cluster.daemons.put(daemon, io.keelson.workload.Placement.ANYWHERE);
        assertThat(cluster.picture().daemonsMissing(A)).containsExactly(daemon);
        cluster.workload("web", "a");
        cluster.pods.add(DrainForecastTest.copy(cluster.pods.getFirst(), "d-1", Optional.of(daemon), false, false));
        assertThat(cluster.picture().daemonsMissing(A)).isEmpty();
        assertThat(cluster.picture().daemonsMissing(new NodeName("b"))).containsExactly(daemon);
    }

    static Pod ending(Pod pod, Instant by) {
        return new Pod(
                pod.name(),
                pod.uid(),
                pod.node(),
                pod.owner(),
                pod.phase(),
                pod.ready(),
                pod.grace(),
                pod.startup(),
                Optional.of(by),
                pod.requests(),
                pod.labels(),
                pod.mirror(),
                pod.emptyDir(),
                pod.claims(),
                pod.placement());
    }
}
