package io.keelson.agent;

import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunListener;
import io.keelson.fleet.Revision;

/** The last revision that converged, for other threads than the runner's. */
final class ConvergedRevision implements RunListener {
    private volatile Revision revision;

    ConvergedRevision(Revision atStart) {
        revision = atStart;
    }

    Revision get() {
        return revision;
    }

    @Override
    public void on(Revision run, RunEvent event) {
        if (event instanceof RunEvent.PlanConverged) {
            revision = run;
        }
    }
}
