package io.keelson.agent;

import io.keelson.agent.artifact.ArtifactStore;
import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunListener;
import io.keelson.fleet.Revision;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;

/** Once a plan has converged, the host runs the plan's bundle, and may no longer go back to the one before unasked. */
record SettledBundle(ArtifactStore artifacts) implements RunListener {
    private static final System.Logger LOG = System.getLogger("keelson.agent");

    @Override
    public void on(Revision run, RunEvent event) {
        if (event instanceof RunEvent.PlanConverged) {
            try {
                artifacts.settled();
            } catch (UncheckedIOException e) {
                LOG.log(Level.WARNING, "it was not noted that the bundle runs; the next convergence notes it", e);
            }
        }
    }
}
