package io.keelson.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemTest {
    private static final Problem TAKEN = Problem.error(
            ProblemCode.HOST_TAKEN, "w-1 is in prod", Remedy.advise("Choose another.", "keelson get hosts"));

    @Test
    void refusesARemedyThatSaysNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> Remedy.advise(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> Remedy.run(""));
    }

    @Test
    void refusesAProblemThatDoesNotSayWhatHappened() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Problem.error(ProblemCode.INTERNAL, " ", Remedy.advise("Look.")));
    }

    @Test
    void rendersCodeEventReasonAdviceAndCommand() {
        assertThat(TAKEN.render().lines())
                .containsExactly(
                        "error HOST_TAKEN: w-1 is in prod",
                        "  why:  " + ProblemCode.HOST_TAKEN.why(),
                        "  do:   Choose another.",
                        "  next: keelson get hosts");
    }

    @Test
    void leavesOutTheCommandWhereThereIsNone() {
        var problem = Problem.warning(ProblemCode.CLUSTER_ZONES_SHARED, "both in z1", Remedy.advise("Move one."));
        assertThat(problem.render()).startsWith("warning CLUSTER_ZONES_SHARED").doesNotContain("next:");
    }

    @Test
    void exceptionNamesAllItsProblems() {
        var other = Problem.error(ProblemCode.HOST_UNKNOWN, "no w-9", Remedy.advise("Enrol it."));
        assertThat(new ProblemException(List.of(TAKEN, other)))
                .hasMessage("HOST_TAKEN: w-1 is in prod; HOST_UNKNOWN: no w-9")
                .satisfies(e -> assertThat(((ProblemException) e).problem()).isEqualTo(TAKEN));
        assertThatIllegalArgumentException().isThrownBy(() -> new ProblemException(List.of()));
    }

    @Test
    void findsWhatWasMeantAndNothingFarFetched() {
        var fields = List.of("bundle", "network", "controlPlane", "pools");
        assertThat(Nearest.to("bundel", fields)).contains("bundle");
        assertThat(Nearest.to("controlplane", fields)).contains("controlPlane");
        assertThat(Nearest.to("pool", fields)).contains("pools");
        assertThat(Nearest.to("replicas", fields)).isEmpty();
        assertThat(Nearest.to("w-4", List.of("w-2", "w-1"))).contains("w-1");
        assertThat(Nearest.to("x", List.of())).isEmpty();
    }
}
