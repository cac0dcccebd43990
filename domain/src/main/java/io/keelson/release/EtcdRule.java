package io.keelson.release;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Which etcd may follow which in a cluster that lives (etcd's own pages "Upgrade policy", "Upgrade etcd from v3.5 to
 * v3.6" and "Downgrade etcd from v3.6 to v3.5"): any within a minor, forward to the next minor, and back from there as
 * long as one member stayed behind.
 */
public final class EtcdRule {
    /** The first whose members compare their data without being asked. */
    public static final EtcdVersion MINIMUM = new EtcdVersion(3, 5, 5);

    /** Members of before may have left behind, of learners and removed members, what 3.6 does not start with. */
    static final EtcdVersion BEFORE_3_6 = new EtcdVersion(3, 5, 26);

    /** The first whose etcdutl raises revisions and marks them compacted ({@code --bump-revision}). */
    static final EtcdVersion BEGINS_ANEW = new EtcdVersion(3, 5, 10);

    private static final String LIST = "keelson bundle list";

    private EtcdRule() {}

    /**
     * The reason why members may not be told {@code next}, if there is one.
     *
     * @param told the bundles that control-plane hosts of the cluster were told so far, every one of them at least once
     */
    public static Optional<Problem> refuses(Collection<BundleManifest> told, BundleManifest next) {
        var wanted = EtcdVersion.of(next);
        var unread = told.stream()
                .filter(bundle -> EtcdVersion.of(bundle).isEmpty())
                .findFirst()
                .or(() -> wanted.isEmpty() ? Optional.of(next) : Optional.empty());
        if (unread.isPresent()) {
            return Optional.of(unknown(unread.get()));
        }
        var to = wanted.orElseThrow();
        var running = told.stream()
                .flatMap(bundle -> EtcdVersion.of(bundle).stream())
                .distinct()
                .sorted(Comparator.reverseOrder())
                .toList();
        if (to.compareTo(MINIMUM) < 0) {
            return Optional.of(tooOld(next, to, MINIMUM, "members compare their data by themselves since then"));
        }
        boolean oneStayed = running.stream().anyMatch(from -> from.sameMinor(to));
        return running.stream()
                .flatMap(from -> refuses(from, to, oneStayed, next).stream())
                .findFirst();
    }

    /**
     * The reason why a cluster that runs this bundle cannot be begun anew, if there is one. A bundle that does not say its
     * version is not refused: what it lacks is seen on the host, and nothing is lost by that.
     */
    public static Optional<Problem> refusesToBeginAnew(BundleManifest running) {
        return EtcdVersion.of(running)
                .filter(version -> version.compareTo(BEGINS_ANEW) < 0)
                .map(version -> tooOld(
                        running,
                        version,
                        BEGINS_ANEW,
                        "its etcdutl cannot raise revisions, and clients would wait for what was lost"));
    }

    private static Optional<Problem> refuses(EtcdVersion from, EtcdVersion to, boolean oneStayed, BundleManifest next) {
        if (from.sameMinor(to)) {
            return Optional.empty();
        }
        if (from.major() != to.major() || to.minor() > from.minor() + 1) {
            return Optional.of(skipped(next, from, to));
        }
        if (to.compareTo(from) < 0) {
            // Members speak as the lowest minor among them until none of it is left, and keep their data so.
            return oneStayed && to.minor() == from.minor() - 1
                    ? Optional.empty()
                    : Optional.of(noWayBack(next, from, to));
        }
        return to.minor() == 6 && from.compareTo(BEFORE_3_6) < 0
                ? Optional.of(tooOldFor(next, from, to))
                : Optional.empty();
    }

    private static Problem unknown(BundleManifest bundle) {
        return Problem.error(
                ProblemCode.ETCD_VERSION_UNKNOWN,
                "bundle " + bundle.name() + " does not say which version its etcd is",
                Remedy.advise("Choose a bundle that says it.", LIST));
    }

    private static Problem tooOld(BundleManifest next, EtcdVersion to, EtcdVersion minimum, String why) {
        return Problem.error(
                ProblemCode.ETCD_VERSION_TOO_OLD,
                "bundle " + next.name() + " brings etcd " + to + ", and " + minimum + " is the lowest: " + why,
                Remedy.advise("Choose a bundle with etcd " + minimum + " or later.", LIST));
    }

    private static Problem tooOldFor(BundleManifest next, EtcdVersion from, EtcdVersion to) {
        return Problem.error(
                ProblemCode.ETCD_VERSION_TOO_OLD,
                "bundle " + next.name() + " brings etcd " + to + ", which may not start with what members of " + from
                        + " left behind of removed members and learners",
                Remedy.advise(
                        "Go to etcd " + BEFORE_3_6 + " or a later 3.5 first, and wait until all members run it.",
                        LIST));
    }

    private static Problem skipped(BundleManifest next, EtcdVersion from, EtcdVersion to) {
        return Problem.error(
                ProblemCode.ETCD_VERSION_SKIPPED,
                "bundle " + next.name() + " brings etcd " + to + ", but the cluster runs " + from,
                Remedy.advise(
                        "Go one minor at a time: " + from.major() + "." + (from.minor() + 1) + " is the next.", LIST));
    }

    private static Problem noWayBack(BundleManifest next, EtcdVersion from, EtcdVersion to) {
        return Problem.error(
                ProblemCode.ETCD_VERSION_NOT_BACK,
                "bundle " + next.name() + " brings etcd " + to + ", but every member was told " + from
                        + " already: their data are written in its form, and etcd goes back from there only by a downgrade"
                        + " that is asked of the members themselves, which is not offered",
                Remedy.advise(
                        "Stay at " + from.major() + "." + from.minor()
                                + ". Within it every release may follow every other; for the earlier minor make a new"
                                + " cluster.",
                        LIST));
    }
}
