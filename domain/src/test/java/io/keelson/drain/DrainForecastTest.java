package io.keelson.drain;

import static io.keelson.drain.Cluster.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.drain.PodForecast.Verdict;
import io.keelson.fleet.NodeName;
import io.keelson.workload.Owner;
import io.keelson.workload.Placement;
import io.keelson.workload.Pod;
import io.keelson.workload.Resources;
import io.keelson.workload.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DrainForecastTest {
    private static final NodeName A = new NodeName("a");
    private static final NodeName B = new NodeName("b");

    private final Cluster cluster = new Cluster().node("a").node("b").node("c");

    private DrainForecast forecast(NodeName... nodes) {
        return DrainForecast.of(cluster.picture(), List.of(nodes), DrainPolicy.CAREFUL);
    }

    private static Map<String, Verdict> verdicts(DrainForecast forecast) {
        return forecast.pods().stream()
                .collect(Collectors.toMap(each -> each.pod().name().name(), PodForecast::verdict));
    }

    @Test
    void saysWhichPodsLeaveAtOnceAndWhichWaitForOthers() {
        cluster.workload("web", "a", "a", "b").budget("web", 2);
        var forecast = forecast(A);
        assertThat(verdicts(forecast)).isEqualTo(Map.of("web-0", Verdict.NOW, "web-1", Verdict.AFTER_OTHERS));
        assertThat(forecast.succeeds()).isTrue();
        // Twice: 30 s to end, 5 s to start.
        assertThat(forecast.estimate()).isEqualTo(Duration.ofSeconds(70));
    }

    /** system-upgrade-controller#78, system-upgrade-controller#103, gravity#1277: a drain waited for ever. */
    @Test
    void seesBeforehandThatABudgetLetsNobodyGoEver() {
        cluster.workload("db", "a").budget("db", 1);
        var forecast = forecast(A);
        assertThat(forecast.succeeds()).isFalse();
        assertThat(forecast.pods()).singleElement().satisfies(pod -> {
            assertThat(pod.verdict()).isEqualTo(Verdict.BLOCKED);
            assertThat(pod.budget()).contains(name("db"));
            assertThat(pod.what()).contains("budget shop/db (minAvailable 1)").contains("1 of its 1 pods ready");
        });
    }

    @Test
    void seesThatAPodWithTwoBudgetsIsNeverEvicted() {
        cluster.workload("web", "a", "b", "c").budget("one", "web", 1).budget("two", "web", 1);
        assertThat(forecast(A).pods())
                .singleElement()
                .satisfies(pod -> assertThat(pod.what()).contains("shop/one, shop/two"));
    }

    @Test
    void seesThatThereIsNoRoomElsewhereAndWhatItHoldsUp() {
        cluster.workload("big", "b", "b", "b", "b").workload("other", "c", "c", "c", "c");
        cluster.workload("web", "a", "a", "a").budget("web", 1);
        assertThat(verdicts(forecast(A)))
                .isEqualTo(Map.of("web-0", Verdict.NO_ROOM, "web-1", Verdict.NO_ROOM, "web-2", Verdict.BLOCKED));
    }

    @Test
    void countsACordonedNodeAsADomainOfASpreadThatMustHold() {
        var spread = new Placement(
                List.of(new Placement.NodeTerms(List.of(List.of(new io.keelson.workload.Requirement(
                        "kubernetes.io/hostname", io.keelson.workload.Requirement.Operator.IN, List.of("a", "b")))))),
                List.of(),
                List.of(),
                List.of(new Placement.Spread("kubernetes.io/hostname", 1, Selector.label("app", "web"))));
        cluster.workload("web", spread, "a", "a", "b", "b");
        assertThat(verdicts(forecast(A)).values()).containsOnly(Verdict.NO_ROOM);
    }

    @Test
    void leavesWhatBelongsToTheNodeAndRefusesWhatWouldBeLost() {
        cluster.workload("web", "a", "a", "a", "a");
        var web = cluster.pods.getFirst();
        cluster.pods.clear();
        cluster.pods.add(copy(web, "daemon", Optional.of(new Owner("shop", "DaemonSet", "d")), false, false));
        cluster.pods.add(copy(web, "static", Optional.empty(), true, false));
        cluster.pods.add(copy(web, "bare", Optional.empty(), false, false));
        cluster.pods.add(copy(web, "cache", web.owner(), false, true));
        assertThat(verdicts(forecast(A)))
                .isEqualTo(Map.of(
                        "daemon", Verdict.STAYS,
                        "static", Verdict.STAYS,
                        "bare", Verdict.FORBIDDEN,
                        "cache", Verdict.FORBIDDEN));
        var allowed = new DrainPolicy(Duration.ofMinutes(1), true, true, Optional.empty(), Optional.empty());
        assertThat(verdicts(DrainForecast.of(cluster.picture(), List.of(A), allowed)))
                .containsEntry("bare", Verdict.NOW)
                .containsEntry("cache", Verdict.NOW);
    }

    @Test
    void callsItNoDeadlockWhenAThirdNodeTakesWhatLeaves() {
        cluster.workload("x", "a", "b").budget("x", 1);
        assertThat(forecast(A, B).succeeds()).isTrue();
        assertThat(forecast(A, B).deadlock()).isEmpty();
    }

    /** hcloud#1507: nodes that are emptied together, what leaves one has room on the other only. */
    @Test
    void namesNodesBudgetsAndPodsOfADeadlock() {
        cluster.nodes.removeLast();
        cluster.workload("x", "a", "b").budget("x", 1);
        var alone = forecast(A);
        var together = forecast(A, B);
        assertThat(alone.succeeds()).isTrue();
        assertThat(alone.deadlock()).isEmpty();
        assertThat(together.succeeds()).isFalse();
        assertThat(together.deadlock()).hasValueSatisfying(deadlock -> {
            assertThat(deadlock.nodes()).containsExactlyInAnyOrder(A, B);
            assertThat(deadlock.budgets()).containsExactly(name("x"));
            assertThat(deadlock.pods()).containsExactly(name("x-0"), name("x-1"));
        });
    }

    /** Each alone comes to be empty, and its pod waits for the node to come back; together one of them never does. */
    @Test
    void namesADeadlockAlsoWhereNeitherFindsAnotherNodeMeanwhile() {
        var apart = new Placement(
                List.of(),
                List.of(),
                List.of(new Placement.Apart(Selector.label("app", "db"), "kubernetes.io/hostname", Set.of())),
                List.of());
        cluster.nodes.removeLast();
        cluster.workload("db", apart, "a", "b").budget("db", 1);
        assertThat(verdicts(forecast(A))).containsValue(Verdict.NO_ROOM);
        assertThat(forecast(A, B).deadlock())
                .hasValueSatisfying(deadlock -> assertThat(deadlock.nodes()).containsExactlyInAnyOrder(A, B));
    }

    @Test
    void looksForNoSecondSuccessorOfAPodThatEndsAlready() {
        cluster.workload("full", "b", "b", "b", "b")
                .workload("other", "c", "c", "c", "c")
                .workload("web", "a");
        cluster.pods.set(
                cluster.pods.size() - 1, DrainingTest.ending(cluster.pods.getLast(), Cluster.NOW.plusSeconds(9)));
        assertThat(verdicts(forecast(A))).isEqualTo(Map.of("web-0", Verdict.NOW));
    }

    @Test
    void believesNoBudgetThatItsControllerHasNotSeen() {
        cluster.workload("web", "a", "b", "c");
        cluster.budgets.add(new io.keelson.workload.Budget(
                name("web"), Optional.of(Selector.label("app", "web")), "maxUnavailable 1", 3, 3, 2, 1, false, false));
        assertThat(verdicts(forecast(A))).containsEntry("web-0", Verdict.BLOCKED);
    }

    static Pod copy(Pod pod, String name, Optional<Owner> owner, boolean mirror, boolean emptyDir) {
        return new Pod(
                name(name),
                name,
                pod.node(),
                owner,
                pod.phase(),
                pod.ready(),
                pod.grace(),
                pod.startup(),
                pod.deletion(),
                Resources.NONE,
                Map.of(),
                mirror,
                emptyDir,
                Set.of(),
                pod.placement());
    }
}
