package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.release.OsPackage;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The host has every package of the level that it has at all, or is to have, in the level's version or a higher one. Brought
 * about by one transaction of the package manager, which may be cut short anywhere: what is left then is for {@link Mended} and
 * for this step again.
 *
 * @param boot file of the {@link BootNote}, which is on the disk before anything is changed
 */
record Packages(Level level, PackageManager manager, Path boot) implements Step {
    private static final int SHOWN = 5;

    @Override
    public StepId id() {
        return new StepId("os.packages");
    }

    @Override
    public String title() {
        return "install " + level;
    }

    @Override
    public Finding observe(Host host) {
        var changes = Change.of(host, manager, level, manager.installed(host));
        if (changes.isEmpty()) {
            return new Satisfied("no package is below " + level);
        }
        return new Needed(changes.size() + " packages are below " + level + ": "
                + changes.stream().limit(SHOWN).map(Change::toString).collect(Collectors.joining(", "))
                + (changes.size() > SHOWN ? ", ..." : ""));
    }

    @Override
    public void apply(Host host, Activity activity) {
        var installed = manager.installed(host);
        var changes = Change.of(host, manager, level, installed);
        BootNote.of(host, boot).with(versions(level, installed)).write(host, boot);
        activity.progress("installing " + changes.size() + " packages and what they need");
        PackageRun.run(host, manager.transaction(level, changes));
    }

    /** Of those that need a reboot, the version that is there. */
    static SortedMap<String, String> versions(Level level, List<InstalledPackage> installed) {
        var versions = new TreeMap<String, String>();
        level.manifest().packages().stream()
                .filter(OsPackage::reboot)
                .forEach(each -> versions.put(
                        each.key(),
                        installed.stream()
                                .filter(found -> found.isOf(each))
                                .map(InstalledPackage::version)
                                .sorted()
                                .collect(Collectors.joining(" "))));
        return versions;
    }

    /** Levels say "at least". */
    @Override
    public Undo undo() {
        return new Undo.Impossible("packages are not taken back to lower versions");
    }
}
