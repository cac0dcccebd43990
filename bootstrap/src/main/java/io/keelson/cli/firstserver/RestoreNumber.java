package io.keelson.cli.firstserver;

import io.keelson.etcd.SnapshotId;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.Refounding;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.time.Instant;
import java.util.Optional;

/**
 * The number of a restore. It has to be above that of every restore before, also of those of which this host knows nothing; so it
 * is the clock's, and a clock that is seen to be behind gives none: hosts obey no epoch below one that they have obeyed.
 */
final class RestoreNumber {
    private RestoreNumber() {}

    /**
     * That of one which is planned now.
     *
     * @param known the last one that this host knows
     * @param file what the snapshot's file is called; where that is the name that the server gave it, it says when it was taken
     * @throws ProblemException HOST_CLOCK_SKEW
     */
    static int next(int known, String file, Instant now) {
        if (!Refounding.tellsNumbers(now)) {
            throw behind("this host's clock says " + now);
        }
        taken(file).filter(now::isBefore).ifPresent(taken -> {
            throw behind("this host's clock says " + now + ", and the snapshot is of " + taken);
        });
        return Refounding.byClock(known, now);
    }

    /**
     * Requires that revisions go on above those in the snapshot, which has those of earlier restores in it.
     *
     * @param revision the last one in the snapshot
     * @throws ProblemException HOST_CLOCK_SKEW
     */
    static void requireAbove(int number, long revision) {
        long before = new Epoch(revision).beginning();
        if (number <= before) {
            throw behind("by this host's clock it would be restore " + number
                    + ", and the snapshot is of after restore " + before);
        }
    }

    private static Optional<Instant> taken(String file) {
        try {
            return new SnapshotId(file.replaceFirst("\\.cms$", "")).taken();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // somebody has renamed it
        }
    }

    private static ProblemException behind(String what) {
        return Problem.error(
                        ProblemCode.HOST_CLOCK_SKEW,
                        "a restore has its number from the clock, and hosts obey none that is lower than one of before; "
                                + what + ". Nothing is done",
                        Remedy.advise(
                                "Set the host's clock. If it is right, an earlier one was ahead: set this one ahead of that"
                                        + " for this command.",
                                "timedatectl status"))
                .asException();
    }
}
