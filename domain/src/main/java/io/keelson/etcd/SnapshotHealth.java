package io.keelson.etcd;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.SnapshotPolicy;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is wrong with a cluster's snapshots. Twice the interval may pass: a member that is away misses its turn. */
public final class SnapshotHealth {
    private static final int LATE = 2;

    private SnapshotHealth() {}

    /**
     * What a person has to know.
     *
     * @param created when the cluster was declared: before it there is nothing to be late with. If that is in the future a clock
     *     was set back, and it excuses nothing
     * @param newest when the newest snapshot was taken
     * @param proven when one was last restored whole
     * @param failure why the latest restore failed; empty if it did not, or there was none
     */
    public static List<Problem> problems(
            ClusterName cluster,
            SnapshotPolicy policy,
            Instant created,
            Optional<Instant> newest,
            Optional<Instant> proven,
            Optional<String> failure,
            Instant now) {
        var problems = new ArrayList<Problem>();
        boolean own = cluster.equals(ClusterName.OF_SERVER);
        var begin = created.isAfter(now) ? Instant.EPOCH : created;
        var etcd = own ? "the server's own etcd" : "cluster " + cluster;
        if (late(newest.orElse(begin), policy.every(), now)) {
            problems.add(Problem.warning(
                    ProblemCode.ETCD_SNAPSHOT_OVERDUE,
                    newest.map(at -> "the newest snapshot of " + etcd + " is of " + at)
                                    .orElse("there is no snapshot of " + etcd)
                            + ", although there is to be one every " + policy.every(),
                    own
                            ? log()
                            : Remedy.advise(
                                    "See what its control-plane hosts say of etcd.snapshot.", "keelson get hosts")));
        }
        failure.ifPresent(why -> problems.add(Problem.error(
                ProblemCode.ETCD_SNAPSHOT_UNPROVEN,
                "the latest snapshot of " + etcd + " that was tried was not restored: " + why,
                own
                        ? log()
                        : Remedy.advise(
                                "Take another one, and see whether it is restored.",
                                "keelson etcd snapshot take " + cluster))));
        if (failure.isEmpty() && late(proven.orElse(begin), policy.prove(), now)) {
            problems.add(Problem.warning(
                    ProblemCode.ETCD_SNAPSHOT_UNPROVEN,
                    proven.map(at -> "no snapshot of " + etcd + " was restored since " + at)
                                    .orElse("no snapshot of " + etcd + " was ever restored")
                            + ", although one is to be every " + policy.prove(),
                    log()));
        }
        return problems;
    }

    private static Remedy log() {
        return Remedy.advise("See what the server's log says of it.", "journalctl -u keelson-server");
    }

    private static boolean late(Instant since, Duration every, Instant now) {
        return since.plus(every.multipliedBy(LATE)).isBefore(now);
    }
}
