package io.keelson.lab.bench.etcd;

import io.keelson.lab.bench.Spread;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.Kubelets.Written;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Keelson and a person with etcd's own tools, in turn on the same members.
 *
 * @param rounds of each
 */
record Contest(KeelsonFleet fleet, int rounds, Progress progress) {
    static final String AGENT = "keelson-agent.service";

    private static final String SERVER = "keelson-server.service";
    private static final Duration FLUSH = Duration.ofMinutes(5);

    /** Longer than it takes the server to think of the next order. */
    private static final Duration REST = Duration.ofSeconds(6);

    /**
     * How long it took, and what clients had of it.
     *
     * @param written what the API's clients wrote
     */
    record Round(double seconds, Written written) {
        /** Without clients. */
        static Round alone(Runnable work) {
            return new Round(Contest.seconds(work), Written.NOTHING);
        }
    }

    /** Whoever is measured, once. */
    interface Contestant {
        Round run();
    }

    /** Measures and prints. */
    void run(String what, String target, Contestant keelson, Contestant byHand) {
        var ours = new ArrayList<Round>();
        var theirs = new ArrayList<Round>();
        for (int i = 1; i <= rounds; i++) {
            settled();
            ours.add(keelson.run());
            settled();
            theirs.add(byHand.run());
            progress.say("round %d: Keelson %.1f s, by hand %.1f s"
                    .formatted(i, ours.getLast().seconds(), theirs.getLast().seconds()));
        }
        settled();
        System.out.printf("%n%s; %d rounds, in turn%n", what, rounds);
        line("Keelson", ours);
        line("etcd's tools", theirs);
        System.out.printf(
                "  ratio %s (target: %s)%n",
                Spread.of(IntStream.range(0, ours.size())
                        .mapToObj(i -> ours.get(i).seconds() / theirs.get(i).seconds())
                        .toList()),
                target);
    }

    private static void line(String name, List<Round> rounds) {
        System.out.printf(
                "  %-16s %s s%n",
                name, Spread.of(rounds.stream().map(Round::seconds).toList()));
        var written = rounds.stream().map(Round::written).reduce(Written.NOTHING, Written::and);
        if (!written.equals(Written.NOTHING)) {
            System.out.printf(
                    "  %-16s the API: %d writes, %d failed %s, %d calls longer than a second, the longest %.1f s%n",
                    "",
                    written.answered(),
                    written.failures().size(),
                    written.failures(),
                    written.slow(),
                    written.longest().toMillis() / 1000.0);
        }
    }

    static double seconds(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }

    Round withoutServer(Contestant byHand) {
        fleet.server().mustExec("systemctl", "stop", SERVER);
        try {
            return byHand.run();
        } finally {
            fleet.server().mustExec("systemctl", "start", SERVER);
        }
    }

    Round withoutAgents(Contestant byHand) {
        fleet.controlPlanes().forEach(host -> host.mustExec("systemctl", "stop", AGENT));
        try {
            return byHand.run();
        } finally {
            fleet.controlPlanes().forEach(host -> host.mustExec("systemctl", "start", AGENT));
        }
    }

    /** The member's process dies, and nothing is left of its disk; then the rest, as part of the same. */
    static void lose(LabHost host, String... then) {
        host.mustShell("systemctl kill -s KILL etcd.service; systemctl stop etcd.service; rm -rf " + ByHand.DATA
                + "/*; " + String.join("; ", then));
    }

    /** All disks of the machine have what was written before: nobody is measured who waits for what another wrote. */
    void flushed() {
        if (!fleet.server().exec(FLUSH, "sync").ok()) {
            throw new LabException("what was written does not come to the disks");
        }
    }

    /** Nobody has anything to do: three members are sound, all hosts are at their orders, and nothing is on its way to a disk. */
    private void settled() {
        try {
            Awaitility.await("the cluster is at rest")
                    .during(REST)
                    .atMost(Duration.ofMinutes(8))
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptionsInstanceOf(LabException.class)
                    .until(() -> areSound() && areAtTheirOrders());
        } catch (ConditionTimeoutException e) {
            throw new LabException("the cluster does not come to rest:\n" + seen(), e);
        }
        flushed();
    }

    private boolean areSound() {
        return fleet.keelson("etcd", "status", KeelsonFleet.CLUSTER)
                        .lines()
                        .filter(line -> line.contains(" True "))
                        .count()
                == fleet.controlPlanes().size();
    }

    private boolean areAtTheirOrders() {
        return fleet.tryKeelson("wait", "cluster/" + KeelsonFleet.CLUSTER, "--for=condition=Ready", "--timeout", "1s")
                .ok();
    }

    private String seen() {
        return fleet.tryKeelson("etcd", "status", KeelsonFleet.CLUSTER).stdout()
                + fleet.controlPlanes().stream()
                        .map(host -> host.name() + ":\n"
                                + host.exec("keelson-agent", "status").stdout()
                                + host.exec("journalctl", "-u", AGENT, "-n", "40", "-o", "cat")
                                        .stdout())
                        .collect(Collectors.joining("\n"));
    }
}
