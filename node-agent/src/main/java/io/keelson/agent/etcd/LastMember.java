package io.keelson.agent.etcd;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Host;
import io.keelson.agent.host.wal.WriteAheadLog;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.os.UnitFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Pacer;
import io.keelson.etcd.MemberStatus;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * Takes all that the log of a last member holds into its database. Everything in the log counts, also what the member does
 * not know yet to have been with a majority. The member runs for that, alone ({@code --force-new-cluster}) and where nobody but
 * this host reaches it; it is stopped again afterwards.
 *
 * @param unit runs the member so, with that command line
 * @param argv of the member as it usually runs
 */
record LastMember(EtcdLayout layout, Function<List<String>, UnitFile> unit, List<String> argv, Pacer pacer) {
    static final String UNIT = "keelson-etcd-alone.service";

    private static final String CLIENTS = "https://127.0.0.1:2379";
    private static final String PEERS = "https://127.0.0.1:2380";
    private static final List<String> OWN_FLAGS = List.of(
            "--listen-client-urls",
            "--advertise-client-urls",
            "--listen-peer-urls",
            "--initial-advertise-peer-urls",
            "--listen-metrics-urls",
            "--initial-cluster",
            "--initial-cluster-state",
            "--initial-cluster-token",
            "--heartbeat-interval",
            "--election-timeout",
            // Both ask peers, and it has none.
            "--experimental-initial-corrupt-check",
            "--experimental-compact-hash-check-enabled");
    // In milliseconds. It waits for nobody's vote but its own, and there is no network that could be slow.
    private static final List<String> AT_ONCE = List.of("--heartbeat-interval=10", "--election-timeout=50");
    private static final Duration START = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofMillis(200);

    /**
     * Does so; harmless to do again.
     *
     * @throws io.keelson.problem.ProblemException ETCD_NOTHING_LEFT if there is no log, ETCD_LOG_CORRUPT; ETCD_CALL_FAILED if
     *     the member does not come to its work
     */
    void finish(Host host, Activity activity) {
        stop(host);
        var log = WriteAheadLog.read(host.files(), layout.log())
                .orElseThrow(() -> nothing().asException());
        activity.progress("entries up to " + log.index() + " of term " + log.term() + " count; "
                + log.state().commit() + " were known to be with a majority");
        log.commitAll(host.files());
        var alone = unit.apply(command());
        HostFile.text(alone.path(), alone.text(alone.digest(List.of()))).write(host);
        host.units().reload();
        try {
            host.units().start(UNIT);
            await(host, log.index());
            host.units().stop(UNIT);
            requireClean(host);
        } finally {
            stop(host);
        }
    }

    /** What it had in memory only is in the database when it ends by itself, and else perhaps not. */
    private static void requireClean(Host host) {
        if (host.units()
                .state(UNIT)
                .filter(state -> state.active().equals("failed"))
                .isPresent()) {
            throw Problem.error(
                            ProblemCode.ETCD_CALL_FAILED,
                            "etcd was killed before it had written all that it took in; it does so again",
                            Remedy.advise("See what killed it.", "journalctl -u " + UNIT + " -n 50"))
                    .asException();
        }
    }

    /** Whatever is left of an attempt that was cut short. */
    static void stop(Host host) {
        if (host.units().state(UNIT).isPresent()) {
            host.units().stop(UNIT);
        }
        var path = UnitFile.daemon(UNIT, "").path();
        if (host.files().exists(path)) {
            host.files().remove(path);
            host.units().reload();
        }
    }

    private List<String> command() {
        var command = new java.util.ArrayList<String>();
        for (var argument : argv) {
            int end = argument.indexOf('=');
            if (!OWN_FLAGS.contains(end < 0 ? argument : argument.substring(0, end))) {
                command.add(argument);
            }
        }
        command.addAll(AT_ONCE);
        command.addAll(List.of(
                "--force-new-cluster",
                "--listen-client-urls=" + CLIENTS,
                "--advertise-client-urls=" + CLIENTS,
                "--listen-peer-urls=" + PEERS,
                "--initial-advertise-peer-urls=" + PEERS));
        return List.copyOf(command);
    }

    /** Until it leads itself and has brought all of its log into its database. */
    private void await(Host host, long index) {
        var member = new Etcd.Member(CLIENTS, layout.tls());
        long began = pacer.nanos();
        while (host.etcd()
                .status(member)
                .filter(MemberStatus::quorum)
                .filter(status -> status.applied() >= index)
                .isEmpty()) {
            if (pacer.nanos() - began > START.toNanos()) {
                throw Problem.error(
                                ProblemCode.ETCD_CALL_FAILED,
                                "etcd does not come to its work alone within " + START.toMinutes() + " minutes",
                                Remedy.advise("See what it says.", "journalctl -u " + UNIT + " -n 50"))
                        .asException();
            }
            pacer.pauseWhile(LOOK, "etcd came to its work");
        }
    }

    private Problem nothing() {
        return Problem.error(
                ProblemCode.ETCD_NOTHING_LEFT,
                layout.log() + " holds no log of etcd",
                Remedy.advise("Begin with another disk, or restore a snapshot.", "keelson etcd snapshot list"));
    }
}
