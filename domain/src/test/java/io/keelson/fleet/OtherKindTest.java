package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.release.KnownBundle;
import io.keelson.release.Samples;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A bundle that holds packages of an operating system, where Kubernetes is needed. */
class OtherKindTest extends ClusterPlannerFixture {
    private static final KnownBundle LEVEL = Samples.level("debian-12-2026.11");

    private List<ProblemCode> codes(Map<HostId, NodeSpec> assigned) {
        var spec = cluster(LEVEL, NETWORK, ids("cp-a", "cp-b", "cp-c"), ids("w-1", "w-2"));
        var question = ClusterPlanner.Question.of(spec, hosts, assigned, List.of(LEVEL, B20));
        return switch (ClusterPlanner.plan(question)) {
            case ClusterPlan plan -> throw new AssertionError("planned " + plan);
            case ClusterPlanning.Refused(var problems) ->
                problems.stream().map(Problem::code).toList();
        };
    }

    @Test
    void makesNoCluster() {
        assertThat(codes(Map.of())).contains(ProblemCode.BUNDLE_OTHER_KIND);
    }

    @Test
    void followsNoBundleOfAClusterThatLives() {
        var before = plan(standard(), Map.of()).nodes();

        assertThat(codes(before)).contains(ProblemCode.BUNDLE_OTHER_KIND);
    }
}
