package io.keelson.lab.bench.etcd;

import io.keelson.lab.bench.Spread;
import io.keelson.lab.fleet.Etcd;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.RecordedClients;
import io.keelson.lab.history.Operation;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Keelson's procedures for etcd beside the same ones by hand, on the same members with the same data, in turn. Six clients
 * read and write meanwhile. While it is done by hand, the control server is away, and where agents would act by themselves,
 * they are stopped as well.
 */
public final class EtcdBench {
    /** The benchmarks. */
    public static final List<String> NAMES = List.of("etcd-defrag", "etcd-member", "etcd-nospace");

    private static final String SERVER = "keelson-server.service";
    private static final String AGENT = "keelson-agent.service";
    private static final String DATA = "/var/lib/etcd";
    private static final String BALLAST = "/keelson-bench/ballast-";
    private static final long MIB = 1 << 20;

    private final KeelsonFleet fleet;
    private final Etcd etcd;
    private final ByHand hand;
    private final Size size;
    private final Progress progress;

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

    private record Round(double seconds, long unanswered) {}

    public EtcdBench(KeelsonFleet fleet, Size size, Progress progress) {
        this.fleet = fleet;
        this.etcd = Etcd.of(fleet);
        this.hand = new ByHand(fleet);
        this.size = size;
        this.progress = progress;
    }

    /** Measures and prints. */
    public void run(String name) {
        etcd.run("del --prefix " + BALLAST);
        asked().mustShell("head -c " + MIB + " /dev/urandom >/tmp/ballast");
        switch (name) {
            case "etcd-defrag" -> defragmentation();
            case "etcd-nospace" -> noSpace();
            case "etcd-member" -> member();
            default -> throw new LabException("no such benchmark: " + name);
        }
    }

    private void defragmentation() {
        ballast("$i", size.megabytes());
        contest(
                "etcd-defrag: " + size.megabytes() + " MiB, three members, leader last",
                "at most 1.1, no call without an answer",
                () -> {
                    fragment();
                    return underLoad(() -> fleet.keelson("etcd", "defrag", KeelsonFleet.CLUSTER));
                },
                () -> {
                    fragment();
                    return withoutServer(() -> underLoad(hand::defragment));
                });
    }

    /** A fifth of what is there is written anew: too little for a defragmentation that nobody asked for. */
    private void fragment() {
        ballast("$i", size.megabytes() / 5);
        compact();
    }

    private void compact() {
        var revision = etcd.run(asked(), "endpoint status -w json").replaceAll("(?s).*\"revision\":([0-9]+).*", "$1");
        etcd.run("compact --physical " + revision);
    }

    private void noSpace() {
        // What an earlier benchmark has left would fill the quota at once.
        compact();
        fleet.keelson("etcd", "defrag", KeelsonFleet.CLUSTER);
        fleet.controlPlanes().forEach(this::limit);
        contest(
                "etcd-nospace: full at " + size.megabytes() + " MiB of history, until a write goes",
                "at most 1.2, and 60 s",
                () -> {
                    fill();
                    return new Round(seconds(hand::awaitWritable), 0);
                },
                () -> withoutServer(() -> withoutAgents(() -> {
                    fill();
                    return new Round(seconds(hand::makeRoom), 0);
                })));
    }

    private void fill() {
        var last = etcd.put(BALLAST + "one", "/tmp/ballast", 2 * size.megabytes());
        if (last.ok()) {
            throw new LabException("etcd took more than its quota");
        }
    }

    private void member() {
        ballast("$i", size.megabytes());
        var lost = hand.followers(hand.leader()).getLast();
        // The unit of a member that was made anew joins those that are there; the one of a founder does not.
        rebuilt(lost);
        contest(
                "etcd-member: " + size.megabytes() + " MiB, disk empty, until three members vote",
                "at most 1.1",
                () -> rebuilt(lost),
                () -> withoutServer(() -> {
                    lose(lost);
                    lost.mustShell(
                            "cp /etc/kubernetes/pki/etcd/member.json " + DATA + "/ && touch " + DATA + "/unstarted");
                    var round = underLoad(() -> hand.replace(lost));
                    // It refuses what it has not made itself, until that is lost in the next round.
                    lost.mustExec("systemctl", "start", AGENT);
                    return round;
                }));
    }

    private Round rebuilt(LabHost lost) {
        lose(lost);
        var before = etcd.identities();
        return underLoad(() -> {
            lost.mustExec("systemctl", "start", AGENT);
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

    private void lose(LabHost host) {
        host.mustExec("systemctl", "stop", AGENT);
        host.mustShell("systemctl kill -s KILL etcd.service; systemctl stop etcd.service; rm -rf " + DATA + "/*");
    }

    private interface Contestant {
        Round run();
    }

    private void contest(String what, String target, Contestant keelson, Contestant byHand) {
        var ours = new ArrayList<Round>();
        var theirs = new ArrayList<Round>();
        for (int i = 1; i <= size.rounds(); i++) {
            settled();
            ours.add(keelson.run());
            settled();
            theirs.add(byHand.run());
            progress.say("round %d: Keelson %.1f s, by hand %.1f s"
                    .formatted(i, ours.getLast().seconds(), theirs.getLast().seconds()));
        }
        System.out.printf("%n%s; %d rounds, in turn%n", what, size.rounds());
        line("Keelson", ours);
        line("etcdctl by hand", theirs);
        System.out.printf(
                "  ratio %s (target: %s)%n",
                Spread.of(IntStream.range(0, ours.size())
                        .mapToObj(i -> ours.get(i).seconds() / theirs.get(i).seconds())
                        .toList()),
                target);
    }

    private static void line(String name, List<Round> rounds) {
        System.out.printf(
                "  %-16s %s s, %d calls of clients without an answer%n",
                name,
                Spread.of(rounds.stream().map(Round::seconds).toList()),
                rounds.stream().mapToLong(Round::unanswered).sum());
    }

    private Round underLoad(Runnable procedure) {
        try (var clients = RecordedClients.begin(fleet)) {
            double seconds = seconds(procedure);
            return new Round(seconds, unanswered(clients.stop()));
        }
    }

    /** The last call of each client does not count: it was cut short with the client. */
    private static long unanswered(List<Operation> history) {
        return history.stream().collect(Collectors.groupingBy(Operation::client)).values().stream()
                .mapToLong(calls -> calls.subList(0, calls.size() - 1).stream()
                        .filter(call -> !call.known())
                        .count())
                .sum();
    }

    private static double seconds(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }

    private Round withoutServer(Contestant byHand) {
        fleet.server().mustExec("systemctl", "stop", SERVER);
        try {
            return byHand.run();
        } finally {
            fleet.server().mustExec("systemctl", "start", SERVER);
        }
    }

    private Round withoutAgents(Contestant byHand) {
        fleet.controlPlanes().forEach(host -> host.mustExec("systemctl", "stop", AGENT));
        try {
            return byHand.run();
        } finally {
            fleet.controlPlanes().forEach(host -> host.mustExec("systemctl", "start", AGENT));
        }
    }

    private void ballast(String key, int mebibytes) {
        var last = etcd.put(BALLAST + key, "/tmp/ballast", mebibytes);
        if (!last.ok()) {
            throw new LabException("etcd takes no ballast: " + last.stderr());
        }
    }

    /** Three members are sound as the server sees them, and nothing is under way. */
    private void settled() {
        Awaitility.await("three members are sound")
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptionsInstanceOf(LabException.class)
                .until(() -> fleet.keelson("etcd", "status", KeelsonFleet.CLUSTER)
                                .lines()
                                .filter(line -> line.contains(" True "))
                                .count()
                        == fleet.controlPlanes().size());
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
