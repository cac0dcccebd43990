package io.keelson.server.repository;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.repository.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What keeps hosts from following the repository, or soon will. */
final class RepositoryProblems {
    /** People need time to meet, and to find their keys. */
    static final Duration NOTICE = Duration.ofDays(30);

    private static final String STATUS = "keelson trust status";
    private static final List<RoleName> ONLINE = List.of(RoleName.SNAPSHOT, RoleName.TIMESTAMP);

    private RepositoryProblems() {}

    static List<Problem> of(RepositoryImage image, OnlineKeys keys, Instant now) {
        var problems = new ArrayList<Problem>();
        keys.problem().ifPresent(problems::add);
        if (keys.problem().isEmpty()) {
            ONLINE.stream()
                    .filter(role -> !OnlineKeys.suffice(image.root().keysOf(role), keys.ids()))
                    .map(role -> unlistedKey(role, keys.ids()))
                    .forEach(problems::add);
        }
        if (image.standing(RoleName.TARGETS).isEmpty()) {
            problems.add(nothingReleased());
        }
        for (var standing : image.standings()) {
            unsigned(standing).ifPresent(problems::add);
            date(standing, now).ifPresent(problems::add);
        }
        image.floorProblem().ifPresent(problems::add);
        return problems;
    }

    /** The root lists too few of this server's keys. */
    static Problem unlistedKey(RoleName role, Set<String> own) {
        return Problem.error(
                ProblemCode.SERVER_ONLINE_KEY_UNLISTED,
                "the root does not list enough of this server's keys for " + role + ": it has "
                        + String.join(", ", own),
                Remedy.advise(
                        "Put the key that the root lists into the online key file, or have a root signed that lists this"
                                + " one and publish it.",
                        STATUS));
    }

    private static Problem nothingReleased() {
        return Problem.warning(
                ProblemCode.TRUST_FILE_MISSING,
                "no targets metadata is published; no bundle can be installed",
                Remedy.advise("Release a bundle and publish that.", "keelson trust publish"));
    }

    /** Its keys were changed, and the new ones have not signed it. */
    static Optional<Problem> unsigned(Standing standing) {
        if (standing.signed()) {
            return Optional.empty();
        }
        return Optional.of(Problem.error(
                ProblemCode.TRUST_THRESHOLD_NOT_MET,
                standing.role().fileName() + ", version " + standing.version()
                        + ", is not signed by enough of the keys that may sign for it now",
                isOnline(standing)
                        ? Remedy.advise("The leading server signs it as soon as it has the key.", STATUS)
                        : Remedy.advise(
                                "Have the role's present keys sign its next version, and publish that.",
                                "keelson trust publish")));
    }

    private static Optional<Problem> date(Standing standing, Instant now) {
        var left = Duration.between(now, standing.expires());
        var what = standing.role().fileName() + ", version " + standing.version();
        var remedy = isOnline(standing)
                ? Remedy.advise("See why the leading server does not sign it.", STATUS)
                : Remedy.advise("Have its keys sign a new version, and publish that.", "keelson trust publish");
        if (!left.isPositive()) {
            return Optional.of(Problem.error(
                    ProblemCode.TRUST_EXPIRED,
                    what + ", expired at " + standing.expires() + "; nothing new can be installed",
                    remedy));
        }
        return left.compareTo(notice(standing)) < 0
                ? Optional.of(Problem.warning(
                        ProblemCode.TRUST_EXPIRES_SOON, what + ", expires at " + standing.expires(), remedy))
                : Optional.empty();
    }

    /** What the server signs is renewed long before: when so little is left, something is wrong. */
    private static Duration notice(Standing standing) {
        if (standing.role().equals(RoleName.TIMESTAMP)) {
            return FreshnessPolicy.TIMESTAMP_LIFE.dividedBy(3);
        }
        return standing.role().equals(RoleName.SNAPSHOT) ? FreshnessPolicy.SNAPSHOT_LIFE.dividedBy(3) : NOTICE;
    }

    private static boolean isOnline(Standing standing) {
        return ONLINE.contains(standing.role());
    }
}
