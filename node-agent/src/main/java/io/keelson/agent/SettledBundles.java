package io.keelson.agent;

import io.keelson.agent.artifact.ArtifactStore;
import io.keelson.agent.artifact.LevelStore;
import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunListener;
import io.keelson.fleet.Revision;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;

/** Once a plan has converged, the host has the plan's bundles, and may no longer go back to the ones before unasked. */
record SettledBundles(ArtifactStore artifacts, LevelStore levels) implements RunListener {
    private static final System.Logger LOG = System.getLogger("keelson.agent");

    @Override
    public void on(Revision run, RunEvent event) {
        if (event instanceof RunEvent.PlanConverged) {
            try {
                artifacts.settled();
                levels.settled();
            } catch (UncheckedIOException e) {
                LOG.log(Level.WARNING, "it was not noted which bundles the host has; the next convergence notes it", e);
            }
        }
    }
}
