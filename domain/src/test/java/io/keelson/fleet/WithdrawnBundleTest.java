package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.problem.Severity;
import io.keelson.release.KnownBundle;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A bundle that people have withdrawn, or that lies below the floor. */
class WithdrawnBundleTest extends ClusterPlannerFixture {
    private static final Problem WHY = Problem.error(
            ProblemCode.BUNDLE_WITHDRAWN, "bundle is not released any more", Remedy.advise("Choose another."));

    private ClusterPlanning withdrawn(ClusterSpec spec, Map<HostId, NodeSpec> assigned) {
        var bundle = new KnownBundle(B20.manifest(), B20.digest(), Optional.of(WHY));
        return ClusterPlanner.plan(ClusterPlanner.Question.of(spec, hosts, assigned, List.of(bundle, B21)));
    }

    private static Problem refusal(ClusterPlanning planning) {
        return switch (planning) {
            case ClusterPlan plan -> throw new AssertionError("planned " + plan);
            case ClusterPlanning.Refused(var problems) ->
                problems.stream()
                        .filter(problem -> problem.severity() == Severity.ERROR)
                        .findFirst()
                        .orElseThrow();
        };
    }

    @Test
    void makesNoNewCluster() {
        var problem = refusal(withdrawn(standard(), Map.of()));
        assertThat(problem.code()).isEqualTo(ProblemCode.BUNDLE_WITHDRAWN);
        assertThat(problem.what()).contains("cluster prod", "cp-a");
        assertThat(problem.remedy()).isEqualTo(WHY.remedy());
    }

    @Test
    void staysInAClusterThatRunsItAndPeopleAreTold() {
        var before = plan(standard(), Map.of()).nodes();
        assertThat(withdrawn(standard(), before)).isInstanceOfSatisfying(ClusterPlan.class, plan -> {
            assertThat(plan.nodes()).isEqualTo(before);
            assertThat(plan.warnings())
                    .anyMatch(warning -> warning.severity() == Severity.WARNING
                            && warning.code() == ProblemCode.BUNDLE_WITHDRAWN
                            && warning.what().contains("stays where it runs"));
        });
    }

    @Test
    void comesToNoFurtherHostOfAClusterThatRunsIt() {
        var before = plan(standard(), Map.of()).nodes();
        var grown = cluster(ids("cp-a", "cp-b", "cp-c"), ids("w-1", "w-2", "w-3"));
        assertThat(refusal(withdrawn(grown, before)).what()).contains("host w-3");
    }

    @Test
    void isNothingToAClusterOfAnotherBundle() {
        var other = cluster(B21, NETWORK, ids("cp-a"), ids("w-1"));
        assertThat(withdrawn(other, Map.of())).isInstanceOf(ClusterPlan.class);
    }
}
