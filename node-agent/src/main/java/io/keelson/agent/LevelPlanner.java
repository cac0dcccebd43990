package io.keelson.agent;

import io.keelson.agent.artifact.LevelStore;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.packages.Level;
import io.keelson.agent.os.packages.OsPlanner;
import io.keelson.agent.plan.Step;
import io.keelson.fleet.OsSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides what brings the ordered level to the host's operating system: it is staged first, and installed from there. */
record LevelPlanner(LevelStore levels, OsPlanner planner, Host host) {
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
        steps.addAll(planner.steps(level(os), os.reboots()));
        return List.copyOf(steps);
    }

    /**
     * What is looked at on a node in the place of these steps; empty if it has yet to come to what is ordered.
     *
     * @throws io.keelson.problem.ProblemException what {@link LevelStore#verified} throws
     */
    Optional<Step> kept(Optional<OsSpec> ordered) {
        return ordered.filter(os -> planner.settled(host, os.manifest(), os.reboots()))
                .map(os -> {
                    var unused = levels.staged(os.level(), os.manifest()); // it stays the one that is planned
                    return planner.kept(level(os), os.reboots());
                });
    }

    private Level level(OsSpec os) {
        var manifest = levels.verified(os.level(), os.manifest());
        return new Level(manifest.manifest().requireOs(), manifest.digest(), levels.directory(os.level()));
    }
}
