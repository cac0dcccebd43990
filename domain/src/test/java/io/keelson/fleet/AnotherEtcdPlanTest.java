package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Severity;
import io.keelson.release.KnownBundle;
import io.keelson.release.Samples;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Another bundle for a cluster that lives. */
class AnotherEtcdPlanTest extends ClusterPlannerFixture {
    private static final KnownBundle E16 = Samples.published(Samples.withPrograms("e16", "3.5.16"));
    private static final KnownBundle E30 = Samples.published(Samples.withPrograms("e30", "3.5.30"));
    private static final KnownBundle E36 = Samples.published(Samples.withPrograms("e36", "3.6.4"));
    private static final KnownBundle E37 = Samples.published(Samples.withPrograms("e37", "3.7.0"));
    private static final KnownBundle SAME = Samples.published(Samples.withPrograms("e16-again", "3.5.16"));

    private final Map<HostId, NodeSpec> told = new HashMap<>();

    @BeforeEach
    void everyHostRunsTheFirst() {
        tell(E16, "cp-a", "cp-b", "cp-c", "w-1", "w-2");
    }

    private static ClusterSpec declared(KnownBundle bundle) {
        return cluster(bundle, NETWORK, ids("cp-a", "cp-b", "cp-c"), ids("w-1", "w-2"));
    }

    private ClusterPlanning planning(KnownBundle bundle, List<KnownBundle> published) {
        return ClusterPlanner.plan(ClusterPlanner.Question.of(declared(bundle), hosts, told, published));
    }

    private ClusterPlan planned(KnownBundle bundle) {
        return switch (planning(bundle, List.of(E16, E30, E36, E37, SAME))) {
            case ClusterPlan plan -> plan;
            case ClusterPlanning.Refused(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    private Problem refusal(KnownBundle bundle, KnownBundle... published) {
        return switch (planning(
                bundle, published.length == 0 ? List.of(E16, E30, E36, E37, SAME) : List.of(published))) {
            case ClusterPlan plan -> throw new AssertionError("planned " + plan);
            case ClusterPlanning.Refused(var problems) ->
                problems.stream()
                        .filter(problem -> problem.severity() == Severity.ERROR)
                        .reduce((a, b) -> {
                            throw new AssertionError("one too many: " + problems);
                        })
                        .orElseThrow();
        };
    }

    private void tell(KnownBundle bundle, String... names) {
        var before = Map.copyOf(told);
        told.clear();
        var nodes = planned(bundle).nodes();
        told.putAll(before);
        for (var id : ids(names)) {
            told.put(id, node(nodes, id.value()));
        }
    }

    private static List<String> warnings(ClusterPlan plan) {
        return plan.warnings().stream()
                .filter(warning -> warning.code() == ProblemCode.ETCD_MEMBERS_RESTART)
                .map(Problem::what)
                .toList();
    }

    @Test
    void everyHostIsToRunTheNewOneAndPeopleAreToldWhatThatMeans() {
        var plan = planned(E30);

        assertThat(plan.nodes().values())
                .hasSize(5)
                .allMatch(node -> node.manifest().equals(E30.digest())
                        && node.bundle().value().equals("e30"));
        assertThat(warnings(plan))
                .singleElement()
                .asString()
                .contains("3.5.30", "cp-a (3.5.16), cp-b (3.5.16), cp-c (3.5.16)", "the leader last");
    }

    @Test
    void theWayBackIsOpenHalfWayAndAfterwards() {
        tell(E30, "cp-b", "w-1", "w-2");
        assertThat(warnings(planned(E30))).singleElement().asString().contains("yet: cp-a (3.5.16), cp-c (3.5.16)");
        assertThat(warnings(planned(E16))).singleElement().asString().endsWith("yet: cp-b (3.5.30)");

        tell(E30, "cp-a", "cp-c");
        assertThat(planned(E30).warnings()).isEmpty();
        assertThat(planned(E16).nodes().values())
                .allMatch(node -> node.manifest().equals(E16.digest()));
    }

    @Test
    void workersThatWaitMakeNoMemberStartAnew() {
        tell(E30, "cp-a", "cp-b", "cp-c");
        assertThat(warnings(planned(E30))).isEmpty();
    }

    @Test
    void theNextMinorHasAWayBackUntilTheLastMemberWasTold() {
        tell(E30, "cp-a", "cp-b", "cp-c", "w-1", "w-2");
        assertThat(planned(E36).warnings().getFirst().remedy().advice()).contains("before the last");
        tell(E36, "cp-a", "cp-b", "w-1", "w-2");
        assertThat(planned(E30).nodes()).hasSize(5);

        tell(E36, "cp-c");
        var refusal = refusal(E30);
        assertThat(refusal.code()).isEqualTo(ProblemCode.ETCD_VERSION_NOT_BACK);
        assertThat(refusal.what()).contains("e30", "3.5.30", "3.6.4");
    }

    @Test
    void aWorkerThatWasToldIsNoMember() {
        tell(E30, "cp-a", "cp-b", "cp-c");
        tell(E36, "cp-a", "cp-b", "cp-c");
        assertThat(refusal(E30).code()).as("w-1 and w-2 still have 3.5").isEqualTo(ProblemCode.ETCD_VERSION_NOT_BACK);
    }

    @Test
    void aMinorIsNotSkipped() {
        tell(E30, "cp-a", "cp-b", "cp-c");
        assertThat(refusal(E37).code()).isEqualTo(ProblemCode.ETCD_VERSION_SKIPPED);
    }

    @Test
    void aBundleThatIsTheSameUnderAnotherNameRestartsNothing() {
        assertThat(planned(SAME).warnings()).isEmpty();
    }

    @Test
    void whatDiffersInMoreIsRefusedWithTheParts() {
        var more = Samples.published(Samples.withPrograms("more", "3.5.30", "1.20.3"));
        var refusal = refusal(more, E16, more);
        assertThat(refusal.code()).isEqualTo(ProblemCode.CLUSTER_IMMUTABLE_FIELD);
        assertThat(refusal.what()).contains("e16", "rollout", "differ in etcd, kubelet");

        tell(E30, "cp-a");
        assertThat(refusal(more, E16, E30, more).code()).isEqualTo(ProblemCode.CLUSTER_IMMUTABLE_FIELD);
    }

    @Test
    void whatRunsMustBeKnownToBeCompared() {
        var refusal = refusal(E30, E30);
        assertThat(refusal.code()).isEqualTo(ProblemCode.CLUSTER_IMMUTABLE_FIELD);
        assertThat(refusal.what()).contains("e16", "not published any more");
    }
}
