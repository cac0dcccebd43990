package io.keelson.agent;

import io.keelson.agent.artifact.LevelStore;
import io.keelson.agent.os.packages.Level;
import io.keelson.agent.os.packages.OsPlanner;
import io.keelson.agent.plan.Step;
import io.keelson.fleet.OsSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides what brings the ordered level to the host's operating system: it is staged first, and installed from there. */
record LevelPlanner(LevelStore levels, OsPlanner planner) {
    /**
     * The steps, in order; none if no level is ordered.
     *
     * @throws io.keelson.problem.ProblemException what {@link LevelStore#verified} throws
     */
    List<Step> steps(Optional<OsSpec> ordered) {
        levels.leave();
        return ordered.map(this::steps).orElseGet(List::of);
    }

    private List<Step> steps(OsSpec os) {
        var steps = new ArrayList<Step>();
        steps.add(levels.staged(os.level(), os.manifest()));
        var manifest = levels.verified(os.level(), os.manifest());
        var level = new Level(manifest.manifest().requireOs(), manifest.digest(), levels.directory(os.level()));
        steps.addAll(planner.steps(level, os.reboots()));
        return List.copyOf(steps);
    }
}
