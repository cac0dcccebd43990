package io.keelson.lab.bench.etcd;

import io.keelson.lab.bench.etcd.Contest.Round;
import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.EtcdObjects;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.Kubelets;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Keelson's procedures for etcd beside the same ones by hand, on the same members with the same data, in turn. Clients of the API
 * write meanwhile. While it is done by hand, the control server is away, and where agents would act by themselves, they are
 * stopped as well.
 */
public final class EtcdBench {
    /** The benchmarks. */
    public static final List<String> NAMES = List.of("etcd-defrag", "etcd-member", "etcd-recover", "etcd-nospace");

    private static final String AGENT = Contest.AGENT;
    private static final String DATA = ByHand.DATA;
    private static final String BALLAST = "/keelson-bench/ballast-";
    private static final long MIB = 1 << 20;

    private final KeelsonFleet fleet;
    private final Etcd etcd;
    private final ByHand hand;
    private final Size size;
    private final Contest contest;

    /**
     * How much is measured.
     *
     * @param megabytes of etcd's database, in MiB
     * @param rounds of each contestant
     */
    public record Size(int megabytes, int rounds) {
        /** Of which the median means something, and which ends within minutes. */
        public static final Size USUAL = new Size(100, 7);

        public Size {
            if (megabytes < 50 || megabytes > 4000 || rounds < 1 || rounds > 100) {
                throw new LabException("wanted: --size 50 to 4000 (MiB), --rounds 1 to 100");
            }
        }
    }

    public EtcdBench(KeelsonFleet fleet, Size size, Progress progress) {
        this.fleet = fleet;
        this.etcd = Etcd.of(fleet);
        this.hand = new ByHand(fleet);
        this.size = size;
        this.contest = new Contest(fleet, size.rounds(), progress);
    }

    /** Measures and prints. */
    public void run(String name) {
        etcd.run("del --prefix --command-timeout 1m " + BALLAST);
        switch (name) {
            case "etcd-defrag" -> defragmentation();
            case "etcd-nospace" -> noSpace();
            case "etcd-member" -> member();
            case "etcd-recover" -> recovery();
            default -> throw new LabException("no such benchmark: " + name);
        }
    }

    private void defragmentation() {
        ballast(size.megabytes());
        // The first one after a database has grown takes twice as long, whoever does it.
        fragment();
        fleet.keelson("etcd", "defrag", KeelsonFleet.CLUSTER);
        contest.run(
                "etcd-defrag: " + size.megabytes() + " MiB, three members, leader last",
                "at most 1.1, no write fails",
                () -> {
                    fragment();
                    return underLoad(() -> fleet.keelson("etcd", "defrag", KeelsonFleet.CLUSTER));
                },
                () -> {
                    fragment();
                    return contest.withoutServer(() -> underLoad(hand::defragment));
                });
    }

    /** A fifth of what is there is written anew: too little for a defragmentation that nobody asked for. */
    private void fragment() {
        ballast(size.megabytes() / 5);
        compact();
        contest.flushed();
    }

    private void compact() {
        var revision = etcd.run(asked(), "endpoint status -w json").replaceAll("(?s).*\"revision\":([0-9]+).*", "$1");
        etcd.run("compact --physical --command-timeout 5m " + revision);
    }

    private void noSpace() {
        asked().mustShell("head -c " + MIB + " /dev/urandom >/tmp/ballast");
        // What an earlier benchmark has left would fill the quota at once.
        compact();
        fleet.keelson("etcd", "defrag", KeelsonFleet.CLUSTER);
        fleet.controlPlanes().forEach(this::limit);
        contest.run(
                "etcd-nospace: full at " + size.megabytes() + " MiB of history, until a write goes",
                "at most 1.2, and 60 s",
                () -> {
                    fill();
                    return Round.alone(hand::awaitWritable);
                },
                () -> contest.withoutServer(() -> contest.withoutAgents(() -> {
                    fill();
                    return Round.alone(hand::makeRoom);
                })));
    }

    private void fill() {
        etcd.fill(BALLAST + "one", "/tmp/ballast", 2 * size.megabytes());
        // A database that is full becomes so in days, not in a minute.
        contest.flushed();
    }

    private void member() {
        ballast(size.megabytes());
        var lost = hand.followers(hand.leader()).getLast();
        // The unit of a member that was made anew joins those that are there; the one of a founder does not.
        rebuilt(lost);
        contest.run(
                "etcd-member: " + size.megabytes() + " MiB, from the loss of a disk until three members vote",
                "at most 1.1",
                () -> rebuilt(lost),
                () -> contest.withoutServer(() -> {
                    lost.mustExec("systemctl", "stop", AGENT);
                    var round = underLoad(() -> {
                        Contest.lose(
                                lost,
                                "cp /etc/kubernetes/pki/etcd/member.json " + DATA + "/",
                                "touch " + DATA + "/unstarted");
                        hand.replace(lost);
                    });
                    // It refuses what it has not made itself, until that is lost in the next round.
                    lost.mustExec("systemctl", "start", AGENT);
                    return round;
                }));
    }

    private void recovery() {
        ballast(size.megabytes());
        var recovery = new Recovery(fleet, hand, contest);
        contest.run(
                "etcd-recover: " + size.megabytes() + " MiB, two disks of three lost, until a write goes",
                "at most 1.2",
                recovery::byKeelson,
                recovery::byHand);
    }

    private Round rebuilt(LabHost lost) {
        var before = etcd.identities();
        return underLoad(() -> {
            Contest.lose(lost);
            // The old member is listed, and counts as one that votes, until the agent has taken it out.
            awaitOther(before);
            hand.awaitWhole(asked(lost));
        });
    }

    private void awaitOther(List<String> before) {
        Awaitility.await("another member is listed")
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> !etcd.identities().equals(before));
    }

    private Round underLoad(Runnable procedure) {
        try (var kubelets = Kubelets.begin(fleet)) {
            double seconds = Contest.seconds(procedure);
            return new Round(seconds, kubelets.stop());
        }
    }

    private void ballast(int mebibytes) {
        EtcdObjects.write(fleet.controlPlanes(), BALLAST, mebibytes);
    }

    /** Another quota, by a file of the host's administrator beside Keelson's unit. */
    private void limit(LabHost host) {
        host.mustShell("mkdir -p /etc/systemd/system/etcd.service.d && systemctl cat etcd.service | awk '"
                + "/^\\[Service\\]/ {print; print \"ExecStart=\"} /^ExecStart=/ {on=1} on {print} on && !/\\\\$/ {on=0}'"
                + " | sed 's/--quota-backend-bytes=[0-9]*/--quota-backend-bytes=" + size.megabytes() * MIB
                + "/' >/etc/systemd/system/etcd.service.d/quota.conf && systemctl daemon-reload"
                + " && systemctl restart etcd.service");
        hand.awaitWhole(asked());
    }

    private LabHost asked() {
        return fleet.controlPlanes().getFirst();
    }

    private LabHost asked(LabHost lost) {
        return hand.followers(lost).getFirst();
    }
}
