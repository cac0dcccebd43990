package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.Refounding;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Makes the data of the first member of a new cluster with etcd's own program, etcdutl. */
record RestoredData(EtcdSpec spec, EtcdMember own, EtcdLayout layout) {
    private static final Duration LIMIT = Duration.ofMinutes(30);

    /** Of a snapshot, which etcdutl compares with the hash that etcd appended. */
    void ofSnapshot(Host host, Path snapshot, Path work, Path to) {
        restore(host, snapshot, List.of(), work, to);
    }

    /** Of the database file of a member that was stopped after it had taken in all of its log. */
    void ofDatabase(Host host, Path database, Path work, Path to) {
        restore(host, database, List.of("--skip-hash-check=true"), work, to);
    }

    /** @param to gets its name when all is whole and on the disk */
    private void restore(Host host, Path from, List<String> more, Path work, Path to) {
        host.files().remove(work);
        var argv = new ArrayList<>(List.of(
                layout.releaseDir().resolve("bin/etcdutl").toString(),
                "snapshot",
                "restore",
                from.toString(),
                "--data-dir=" + work,
                "--name=" + own.name(),
                "--initial-cluster=" + own.name() + "=" + own.peerUrl(),
                // Another id for another cluster: members of before are strangers to it.
                "--initial-cluster-token=" + spec.token() + "-" + spec.refoundings() + "-" + spec.incarnation(),
                "--initial-advertise-peer-urls=" + own.peerUrl(),
                // Above what clients have seen of any earlier beginning, also of the same snapshot.
                "--bump-revision=" + bump(host, from),
                "--mark-compacted"));
        argv.addAll(more);
        var result = host.programs().run(argv, LIMIT);
        if (!result.ok()) {
            throw Problem.error(
                            ProblemCode.ETCD_CALL_FAILED,
                            "etcdutl makes no data of " + from + ", status " + result.exit() + ": "
                                    + DatabaseRevision.end(result.err()),
                            Remedy.advise(
                                    "Look whether the disk is full, and whether the bundle's etcd has etcdutl.",
                                    "df -h " + layout.dataDir()))
                    .asException();
        }
        host.files().move(work, to);
    }

    /**
     * A number that is counted is added, so that the same snapshot is beyond itself each time. One that is the clock's is
     * reached: a snapshot of after an earlier beginning has that beginning's revisions in it, and were they added, an older
     * one that is restored later would be below.
     */
    private long bump(Host host, Path from) {
        int number = spec.refoundings();
        return Refound.BUMP
                * (number < Refounding.BY_CLOCK
                        ? number
                        : Math.max(1, number - new DatabaseRevision(layout).of(host, from) / Refound.BUMP));
    }
}
