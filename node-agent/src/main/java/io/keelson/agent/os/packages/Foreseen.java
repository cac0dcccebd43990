package io.keelson.agent.os.packages;

import java.util.Set;

/** What a package manager would do. */
sealed interface Foreseen {
    /** It installs packages of these names, in whatever version, and removes none. */
    record Installs(Set<String> names) implements Foreseen {}

    /** It finds no way. @param why its last words */
    record NoWay(String why) implements Foreseen {}

    /** It looks for no way, since somebody else uses it. @param who its last words */
    record Busy(String who) implements Foreseen {}
}
