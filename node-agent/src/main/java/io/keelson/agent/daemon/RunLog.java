package io.keelson.agent.daemon;

import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunListener;
import io.keelson.fleet.Revision;
import java.lang.System.Logger.Level;

/** One line per event of a run, for the journal of the host. */
public final class RunLog implements RunListener {
    private static final System.Logger LOG = System.getLogger("keelson.plan");

    @Override
    public void on(Revision revision, RunEvent event) {
        switch (event) {
            case RunEvent.PlanStarted(var steps) ->
                LOG.log(Level.INFO, "revision " + revision + ": " + steps.size() + " steps");
            case RunEvent.StepSkipped(var step, var evidence, var _, var _) ->
                LOG.log(Level.DEBUG, step + ": holds: " + evidence);
            case RunEvent.StepStarted(var step, var title, var gap) ->
                LOG.log(Level.INFO, step + ": " + title + ": " + gap);
            case RunEvent.StepProgress(var step, var detail, var _) -> LOG.log(Level.INFO, step + ": " + detail);
            case RunEvent.StepDone(var step, var evidence, var spent) ->
                LOG.log(
                        Level.INFO,
                        step + ": done in " + spent.elapsed().toMillis() + " ms (moving bytes "
                                + spent.transferred().toMillis() + ", waiting "
                                + spent.waited().toMillis() + "): " + evidence);
            case RunEvent.StepHalted(var step, var problem, var _) ->
                LOG.log(Level.WARNING, step + ": halted: " + problem.render());
            case RunEvent.Warned(var step, var problem) -> LOG.log(Level.WARNING, step + ": " + problem.render());
            case RunEvent.PlanConverged() -> LOG.log(Level.INFO, "revision " + revision + ": converged");
            case RunEvent.PlanHalted(var step, var problem) ->
                LOG.log(
                        Level.WARNING,
                        "revision " + revision + ": halted at " + step + ": " + problem.code() + ": " + problem.what());
        }
    }
}
