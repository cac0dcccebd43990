package io.keelson.agent.daemon;

import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunListener;
import io.keelson.fleet.Revision;

/** The last revision that converged, for other threads than the runner's. */
public final class ConvergedRevision implements RunListener {
    private volatile Revision revision;

    /** @param atStart what the journal says */
    public ConvergedRevision(Revision atStart) {
        revision = atStart;
    }

    /** That revision. */
    public Revision get() {
        return revision;
    }

    @Override
    public void on(Revision run, RunEvent event) {
        if (event instanceof RunEvent.PlanConverged) {
            revision = run;
        }
    }
}
