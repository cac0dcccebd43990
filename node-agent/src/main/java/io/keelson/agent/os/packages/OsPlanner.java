package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.agent.os.Check;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Decides what has to hold on a host that is to have a level. Its first step relies on the level being staged. */
public final class OsPlanner {
    private static final String BOOT = "os-boot.json";

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

    /** Whether a host has come to all of that order before, by its own note. */
    public boolean settled(Host host, Digest manifest, int reboots) {
        return settling(manifest, reboots).isNoted(host);
    }

    private LevelSettled settling(Digest manifest, int reboots) {
        return new LevelSettled(manifest, reboots, notes.resolve(LevelSettled.FILE));
    }

    /**
     * What is looked at on a node that came to its order before: whatever has become of its packages since, they are left alone while
     * it carries pods.
     */
    public Step kept(Level level, int reboots) {
        var manager = PackageManager.of(level.manifest().format());
        var reboot = new Reboot(level, manager, notes.resolve(BOOT), reboots);
        return new Check(
                new StepId("os.kept"),
                "an operating system that is not as ordered any more",
                host -> Change.of(host, manager, level, manager.installed(host)).stream()
                        .findFirst()
                        .map(change -> "package " + change + " is below " + level)
                        .or(() -> reboot.reason(host))
                        .map(OsPlanner::lost));
    }

    private static Problem lost(String what) {
        return Problem.error(
                ProblemCode.HOST_LEVEL_LOST,
                "the operating system of this node was as ordered and is no more: " + what,
                Remedy.advise(
                        "Find out who changes its packages; its node pool empties it and brings it back after a while.",
                        "keelson get nodepools"));
    }

    /**
     * The steps, in order.
     *
     * @param reboots how often a reboot was asked for since the host is one; what a level needs is not counted
     */
    public List<Step> steps(Level level, int reboots) {
        var manager = PackageManager.of(level.manifest().format());
        var conditions = new Conditions(level, manager);
        var boot = notes.resolve(BOOT);
        return List.of(
                new Check(new StepId("os.fits"), "another operating system", conditions::otherSystem),
                new QuietTime(level, manager, pacer),
                new Mended(level, manager),
                new Check(new StepId("os.packages.check"), "what packages lack", conditions::refusal),
                new Packages(level, manager, boot),
                new LevelReached(level, manager, notes.resolve(LevelReached.FILE)),
                new Reboot(level, manager, boot, reboots),
                settling(level.digest(), reboots));
    }
}
