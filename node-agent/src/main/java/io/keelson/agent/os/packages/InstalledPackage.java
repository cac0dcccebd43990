package io.keelson.agent.os.packages;

import io.keelson.release.OsPackage;
import java.util.Set;

/**
 * A package that a host has, as its package database says.
 *
 * @param version {@code [epoch:]version[-release]}, 0 never written
 * @param held whether somebody has said that it is to stay as it is
 */
record InstalledPackage(String name, String architecture, String version, Condition condition, boolean held) {
    private static final Set<String> INDEPENDENT = Set.of("all", "noarch");

    enum Condition {
        /** All of it, and its scripts have run. */
        WHOLE,
        /** Its files are there; its scripts have not run, or not to their end. */
        UNCONFIGURED,
        /** Nobody knows which of its files are there. */
        DAMAGED
    }

    /** Whether a level's package is another version of this one; a package may begin or cease to be independent. */
    boolean isOf(OsPackage wanted) {
        return name.equals(wanted.name())
                && (architecture.equals(wanted.architecture())
                        || INDEPENDENT.contains(architecture)
                        || INDEPENDENT.contains(wanted.architecture()));
    }

    @Override
    public String toString() {
        return name + " " + version;
    }
}
