package io.keelson.lab.bench;

import io.keelson.lab.bench.etcd.EtcdBench;
import io.keelson.lab.bench.replace.ReplaceBench;
import io.keelson.lab.bench.unpack.UnpackBench;
import io.keelson.lab.fleet.Artifacts;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.Topology;
import io.keelson.lab.host.Lab;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Behind {@code lab/run bench}: figures of an installation on fresh hosts, and of unpacking without any. */
public final class Bench {
    private static final List<String> NAMES = Stream.concat(
                    Stream.of("unpack", "install", "footprint", "replace"), EtcdBench.NAMES.stream())
            .toList();
    private static final int USAGE = 64;
    private static final Duration IDLE = Duration.ofMinutes(3);

    private Bench() {}

    /** No name for all benchmarks, or one; then {@code --size MIB} and {@code --rounds N} for those of etcd; rounds also for {@code replace}. */
    public static void main(String[] arguments) {
        var words = new ArrayList<>(List.of(arguments));
        int megabytes = option(words, "--size", EtcdBench.Size.USUAL.megabytes());
        int rounds = option(words, "--rounds", EtcdBench.Size.USUAL.rounds());
        var chosen = words.isEmpty() ? NAMES : List.copyOf(words);
        if (!NAMES.containsAll(chosen)) {
            System.err.println("error: no such benchmark; there are: " + String.join(", ", NAMES));
            System.exit(USAGE);
        }
        var progress = Progress.console();
        try {
            if (chosen.contains("unpack")) {
                UnpackBench.run(progress);
            }
            if (!chosen.equals(List.of("unpack"))) {
                onHosts(chosen, new EtcdBench.Size(megabytes, rounds), progress);
            }
        } catch (LabException e) {
            System.err.println("error: " + e.getMessage());
            System.exit(1);
        }
    }

    /** Takes an option and its number out of the words. */
    private static int option(List<String> words, String name, int otherwise) {
        int at = words.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        if (at + 1 == words.size() || !words.get(at + 1).matches("[0-9]{1,6}")) {
            System.err.println("error: " + name + " wants a number");
            System.exit(USAGE);
        }
        int number = Integer.parseInt(words.get(at + 1));
        words.subList(at, at + 2).clear();
        return number;
    }

    private static void onHosts(List<String> chosen, EtcdBench.Size size, Progress progress) {
        var artifacts = Artifacts.prepare(progress);
        try (var lab = Lab.fresh("bench")) {
            var fleet = new KeelsonFleet(lab, new Topology(3, 2, 1), artifacts, progress).install();
            if (chosen.contains("install")) {
                fleet.nodes()
                        .forEach(host -> print(Timeline.of(
                                host.name(),
                                fleet.keelson("events", "host", host.name(), "--limit", "10000", "-o", "json"))));
            }
            if (chosen.contains("footprint")) {
                footprint(fleet);
            }
            if (chosen.contains("replace")) {
                new ReplaceBench(fleet, size.rounds(), progress).run();
            }
            // Of each other they leave a larger database, and the last one a small quota.
            EtcdBench.NAMES.stream()
                    .filter(chosen::contains)
                    .forEach(name -> new EtcdBench(fleet, size, progress).run(name));
        }
    }

    private static void print(Timeline timeline) {
        System.out.printf("%n%s: %s from first step to converged%n", timeline.host(), seconds(timeline.whole()));
        System.out.printf("  %-38s %9s %9s %9s %9s%n", "step", "elapsed", "transfer", "wait", "own");
        for (var entry : timeline.entries()) {
            System.out.printf(
                    "  %-38s %9s %9s %9s %9s%n",
                    entry.step(),
                    seconds(entry.elapsed()),
                    seconds(entry.transfer()),
                    seconds(entry.waiting()),
                    seconds(entry.own()));
        }
        System.out.printf(
                "  Keelson's own share: %s, %.1f %% (target: at most 10 %%)%n",
                seconds(timeline.own()), timeline.ownPercent());
    }

    private static void footprint(KeelsonFleet fleet) {
        System.out.println();
        var after = agents(fleet);
        System.out.println("idle for " + IDLE.toMinutes() + " minutes ...");
        LockSupport.parkNanos(IDLE.toNanos());
        var idle = agents(fleet);
        idle.forEach((host, megabytes) -> System.out.printf(
                "agent on %s: %d MB resident when idle (target: at most 120 MB), %d MB right after the installation%n",
                host, megabytes, after.get(host)));
        System.out.printf("server: %d MB resident%n", residentMegabytes(fleet.server(), "keelson-server.service"));
        var worker = fleet.workers().getFirst();
        System.out.printf("agent: %s from exec to connected%n", agentStart(worker));
    }

    private static Map<String, Long> agents(KeelsonFleet fleet) {
        var resident = new LinkedHashMap<String, Long>();
        for (var name : fleet.topology().agentNames()) {
            resident.put(name, residentMegabytes(fleet.lab().host(name), "keelson-agent.service"));
        }
        return resident;
    }

    private static long residentMegabytes(LabHost host, String unit) {
        var pid = host.mustExec("systemctl", "show", "-p", "MainPID", "--value", unit)
                .strip();
        var kilobytes = host.mustShell("awk '/^VmRSS/{print $2}' /proc/" + pid + "/status")
                .strip();
        return Long.parseLong(kilobytes) / 1024;
    }

    private static String agentStart(LabHost host) {
        host.mustExec("systemctl", "restart", "keelson-agent.service");
        var script = "pid=$(systemctl show -p MainPID --value keelson-agent.service);"
                + " until journalctl -q -o short-unix _PID=$pid | grep -m1 connected; do :; done;"
                + " systemctl show -p ExecMainStartTimestamp --timestamp=us+utc --value keelson-agent.service";
        var lines = host.mustShell(script).lines().toList();
        var connected = Double.parseDouble(lines.getFirst().split(" ")[0]);
        var started = host.mustExec("date", "-d", lines.getLast(), "+%s.%N").strip();
        return seconds(Duration.ofMillis((long) ((connected - Double.parseDouble(started)) * 1000)));
    }

    private static String seconds(Duration duration) {
        return "%.1f s".formatted(duration.toMillis() / 1000.0);
    }
}
