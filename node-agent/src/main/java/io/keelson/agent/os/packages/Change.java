package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.agent.os.packages.InstalledPackage.Condition;
import io.keelson.release.OsPackage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A package of a level that is not as the level wants it.
 *
 * @param now what the host has of it; empty if it is required and not there
 */
record Change(OsPackage wanted, Optional<InstalledPackage> now) {
    /** All that has to happen until the host has the level; what new versions need is for the package manager to find. */
    static List<Change> of(Host host, PackageManager manager, Level level, List<InstalledPackage> installed) {
        var changes = new ArrayList<Change>();
        for (var wanted : level.manifest().packages()) {
            var found = installed.stream().filter(each -> each.isOf(wanted)).toList();
            if (found.isEmpty()) {
                if (wanted.required()) {
                    changes.add(new Change(wanted, Optional.empty()));
                }
                continue;
            }
            // Of some packages, such as kernels, several versions are there side by side.
            if (found.stream().noneMatch(each -> reaches(host, manager, each, wanted))) {
                changes.add(new Change(wanted, Optional.of(found.getLast())));
            }
        }
        return List.copyOf(changes);
    }

    private static boolean reaches(Host host, PackageManager manager, InstalledPackage now, OsPackage wanted) {
        return now.condition() == Condition.WHOLE
                && (now.version().equals(wanted.version()) || !manager.isOlder(host, now.version(), wanted.version()));
    }

    /** Whether another version of it is to be installed; otherwise what is there has to be completed. */
    boolean isOtherVersion() {
        return now.filter(found -> found.version().equals(wanted.version())).isEmpty();
    }

    @Override
    public String toString() {
        return wanted.name() + " " + now.map(found -> found.version() + " -> ").orElse("") + wanted.version();
    }
}
