package io.keelson.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.kubernetes.SampleNode;
import io.keelson.agent.os.Check;
import io.keelson.agent.os.NodeClaim;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.session.Assignment;
import io.keelson.agent.session.Assignment.Goal;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** In which order a host leaves, is patched and becomes a node. */
class OrderPlannerTest {
    private static final Optional<OsSpec> LEVEL =
            Optional.of(new OsSpec(new BundleName("debian-12-2026.11"), Digest.of(new byte[] {1}), 0));

    private boolean withdrawn;
    private boolean settled;

    private static Step step(String id) {
        return new Check(new StepId(id), id, host -> Optional.empty());
    }

    private Plan plan(Goal goal, Optional<OsSpec> os) {
        var planner = new OrderPlanner(
                (spec, revision) -> new Plan(revision, List.of(step("node.a"), step("node.b"))),
                revision -> new Plan(revision, List.of(step("leave.a"), step("leave.b"))),
                ordered -> {
                    if (withdrawn) {
                        throw Problem.error(ProblemCode.BUNDLE_WITHDRAWN, "withdrawn", Remedy.advise("Choose another."))
                                .asException();
                    }
                    return ordered.isPresent() ? List.of(step("os.staged"), step("os.packages")) : List.of();
                },
                ordered -> ordered.filter(level -> settled).map(level -> step("os.kept")));
        var plan = planner.plan(new Assignment(new Epoch(1), new Revision(4), goal, os));
        assertThat(plan.revision()).isEqualTo(new Revision(4));
        return plan;
    }

    private List<String> steps(Goal goal, Optional<OsSpec> os) {
        return plan(goal, os).steps().stream().map(step -> step.id().value()).toList();
    }

    @Test
    void aHostIsBareBeforeItIsPatchedAndPatchedBeforeItIsANode() {
        assertThat(steps(new Goal.Bare(), LEVEL)).containsExactly("leave.a", "leave.b", "os.staged", "os.packages");
        assertThat(steps(new Goal.Node(SampleNode.worker()), LEVEL))
                .containsExactly("os.staged", "os.packages", "node.a", "node.b");
        assertThat(steps(new Goal.Untold(), LEVEL)).containsExactly("os.unclaimed", "os.staged", "os.packages");
        assertThat(steps(new Goal.Bare(), Optional.empty())).containsExactly("leave.a", "leave.b");
        assertThat(steps(new Goal.Node(SampleNode.worker()), Optional.empty())).containsExactly("node.a", "node.b");
    }

    /** It carries pods: nobody has emptied it for a reboot. What has no pods is patched whenever it is needed. */
    @Test
    void aNodeThatCameToItsLevelBeforeIsLookedAtAndNotPatched() {
        settled = true;
        assertThat(steps(new Goal.Node(SampleNode.worker()), LEVEL)).containsExactly("node.a", "node.b", "os.kept");
        assertThat(steps(new Goal.Bare(), LEVEL)).containsExactly("leave.a", "leave.b", "os.staged", "os.packages");
        assertThat(steps(new Goal.Untold(), LEVEL)).containsExactly("os.unclaimed", "os.staged", "os.packages");
    }

    @Test
    void aLevelThatMayNotBeInstalledKeepsNoHostFromLeaving() {
        withdrawn = true;

        assertThat(steps(new Goal.Bare(), LEVEL)).containsExactly("leave.a", "leave.b", "os.level.accepted");
        assertThat(steps(new Goal.Node(SampleNode.worker()), LEVEL))
                .containsExactly("os.level.accepted", "node.a", "node.b");
        assertThat(plan(new Goal.Bare(), LEVEL).steps().getLast().observe(new MemoryHost()))
                .isInstanceOfSatisfying(
                        Finding.Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.BUNDLE_WITHDRAWN));
    }

    @Test
    void whatGoesWrongBecauseTheAgentIsToldToEndIsNoReason() {
        withdrawn = true;
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> plan(new Goal.Bare(), LEVEL)).isInstanceOf(ProblemException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** As after an enrolment at another server: nobody has emptied it. */
    @Test
    void aNodeOfWhichTheServerKnowsNothingIsNotPatched() {
        var host = new MemoryHost();
        var first = plan(new Goal.Untold(), LEVEL).steps().getFirst();
        assertThat(first.observe(host)).isInstanceOf(Finding.Satisfied.class);

        new NodeClaim(new ClusterName("prod"), new NodeName("w-1")).apply(host, new SilentActivity());

        assertThat(first.observe(host))
                .isInstanceOfSatisfying(
                        Finding.Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.HOST_TAKEN));
    }
}
