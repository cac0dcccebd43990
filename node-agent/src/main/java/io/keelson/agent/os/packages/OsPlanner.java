package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.agent.os.Check;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.release.BundleName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Decides what has to hold on a host that is to have a level. Its first step relies on the level being staged. */
public final class OsPlanner {
    private final Path notes;
    private final Pacer pacer;

    /** @param notes directory for what has to be known after a crash: {@code /etc/keelson/agent} */
    public OsPlanner(Path notes, Pacer pacer) {
        this.notes = notes;
        this.pacer = pacer;
    }

    /** The level that the host has come to, as it is noted on it; empty if no readable note says so. */
    public Optional<BundleName> reached(Host host) {
        return LevelReached.noted(host, notes.resolve(LevelReached.FILE));
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
                new QuietTime(level, manager, pacer),
                new Mended(level, manager),
                new Check(new StepId("os.packages.check"), "what packages lack", conditions::refusal),
                new Packages(level, manager, boot),
                new LevelReached(level, manager, notes.resolve(LevelReached.FILE)),
                new Reboot(level, manager, boot, reboots));
    }
}
