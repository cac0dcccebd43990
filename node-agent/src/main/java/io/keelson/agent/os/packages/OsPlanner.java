package io.keelson.agent.os.packages;

import io.keelson.agent.os.Check;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import java.nio.file.Path;
import java.util.List;

/** Decides what has to hold on a host that is to have a level. Its first step relies on the level being staged. */
public final class OsPlanner {
    private final Path notes;
    private final Pacer pacer;

    /** @param notes directory for what has to be known after a crash: {@code /etc/keelson/agent} */
    public OsPlanner(Path notes, Pacer pacer) {
        this.notes = notes;
        this.pacer = pacer;
    }

    /**
     * The steps, in order.
     *
     * @param reboots how often a reboot was asked for since the host is one; what a level needs is not counted
     */
    public List<Step> steps(Level level, int reboots) {
        var manager = PackageManager.of(level.manifest().format());
        var conditions = new Conditions(level, manager);
        var boot = notes.resolve("os-boot.json");
        return List.of(
                new Check(new StepId("os.fits"), "another operating system", conditions::otherSystem),
                new QuietTime(manager, pacer),
                new Mended(level, manager),
                new Check(new StepId("os.packages.check"), "what packages lack", conditions::refusal),
                new Packages(level, manager, boot),
                new LevelReached(level, manager, notes.resolve(LevelReached.FILE)),
                new Reboot(level, manager, boot, reboots));
    }
}
