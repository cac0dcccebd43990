package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.agent.plan.Step;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** One run of the agent through its steps, as its runner takes them, without a journal and without waiting. */
final class AgentRun {
    private AgentRun() {}

    /** To its end; the problem that halts it, if there is one. */
    static Optional<Problem> of(List<Step> steps, Host host) {
        for (var step : steps) {
            var problem = of(step, host);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<Problem> of(Step step, Host host) {
        return switch (step.observe(host)) {
            case Satisfied _ -> Optional.empty();
            case Refused(var problem) -> Optional.of(problem);
            case Needed _ -> applied(step, host);
        };
    }

    private static Optional<Problem> applied(Step step, Host host) {
        try {
            step.apply(host, new SilentActivity());
        } catch (ProblemException e) {
            return Optional.of(e.problem());
        } catch (UncheckedIOException e) {
            return Optional.of(failed(step, String.valueOf(e.getMessage())));
        }
        return switch (step.observe(host)) {
            case Satisfied _ -> Optional.empty();
            case Refused(var problem) -> Optional.of(problem);
            case Needed(var gap) -> Optional.of(failed(step, gap));
        };
    }

    private static Problem failed(Step step, String why) {
        return Problem.error(ProblemCode.HOST_STEP_FAILED, step.id() + ": " + why, Remedy.advise("Wait."));
    }
}
