package io.keelson.agent.etcd;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.Sandbox;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The database of a member is written anew while the member is stopped: by etcd's own program, etcdutl. A member that is asked to do
 * so itself (Maintenance.Defragment) keeps its clients' calls until it is done, so that their writes fail or wait for a
 * minute; one that is stopped lets them go to the others at once.
 *
 * <p>systemd does all of it in one unit, which lives on when the agent is killed or replaced, and starts the member again however it
 * ends. The database of before is there until the new one is whole and takes its name. The member and this unit are never up
 * together (systemd.unit(5), Conflicts): whoever starts the member ends this. An etcd that was started beside etcdutl would wait for the lock of
 * the file of before, and go on with that when it has lost its name.
 *
 * <p>As a step it waits for the end of one that an agent of before has begun: nobody else may be at the member's data meanwhile, and
 * the member is started at its end.
 */
record Defragmentation(EtcdLayout layout, Pacer pacer) implements Step {
    /** There is at most one. */
    static final String UNIT = "keelson-etcd-defrag.service";

    /**
     * In which it has ended, one way or the other. Before it the member has to end: systemd kills what takes longer than 90 s
     * (DefaultTimeoutStopSec); and after it the member is to be started.
     */
    static final Duration LONGEST = Etcd.DEFRAGMENTATION.plusMinutes(4);

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration WORDS = Duration.ofSeconds(10);
    private static final Path SYSTEMCTL = Path.of("/usr/bin/systemctl");

    @Override
    public StepId id() {
        return new StepId("etcd.defragmentation");
    }

    @Override
    public String title() {
        return "let a defragmentation that was begun come to its end";
    }

    @Override
    public Finding observe(Host host) {
        return isUnderWay(host) ? new Needed(UNIT + " runs") : new Satisfied("none is under way");
    }

    /** Waits; a unit that does not end is ended by systemd. */
    @Override
    public void apply(Host host, Activity activity) {
        long began = pacer.nanos();
        activity.progress("waiting for a defragmentation that was begun before");
        while (isUnderWay(host)) {
            if (pacer.nanos() - began > LONGEST.toNanos()) {
                throw Leadership.atRisk(UNIT + " does not end").asException();
            }
            try {
                pacer.pause(LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a defragmentation came to its end", e);
            }
        }
    }

    /** Ends one that is under way, with the member left as it was; systemd starts that then, unless it may not run. */
    static void end(Host host) {
        if (isUnderWay(host)) {
            host.units().stop(UNIT);
        }
    }

    static boolean isUnderWay(Host host) {
        return host.units()
                .state(UNIT)
                .filter(state -> state.running() || state.active().endsWith("activating"))
                .isPresent();
    }

    /**
     * Stops the member, writes its database anew and starts it; returns when that is so. It need not be at its work yet.
     *
     * @return why it was not written anew, with the last words of whoever knows; empty if it was
     */
    Optional<String> run(Host host) {
        var result = host.programs().run(command(), LONGEST);
        if (result.ok()) {
            return Optional.empty();
        }
        // What keeps systemd from starting it there keeps it here as well; else it is back sooner.
        host.units().start(layout.unit());
        var words = host.programs()
                .run(List.of("journalctl", "-q", "-u", UNIT, "-n", "8", "-o", "cat", "--no-pager"), WORDS);
        return Optional.of("status " + result.exit() + ": "
                + DatabaseRevision.end(
                        (words.out().strip() + "\n" + result.err()).strip().replace("\n", " | ")));
    }

    private List<String> command() {
        var command = new ArrayList<>(List.of(
                "systemd-run",
                "--quiet",
                "--wait",
                "--collect",
                "--unit=" + UNIT,
                "--description=defragments the etcd member",
                "--service-type=exec",
                "--property=Conflicts=" + layout.unit(),
                // Of two that are stopped and started, the stop comes first only where there is an order.
                "--property=After=" + layout.unit(),
                // Outside of the sandbox, as it speaks with systemd.
                "--property=ExecStopPost=+" + SYSTEMCTL + " --no-block start " + layout.unit(),
                "--property=RuntimeMaxSec=" + Etcd.DEFRAGMENTATION.toSeconds(),
                // systemd takes an end by SIGTERM for a success.
                "--property=KillSignal=SIGKILL",
                "--property=ReadWritePaths=" + layout.dataDir()));
        Sandbox.SERVER.entries().forEach(entry -> command.add("--property=" + entry.getKey() + "=" + entry.getValue()));
        command.addAll(List.of(
                "--",
                layout.releaseDir().resolve("bin/etcdutl").toString(),
                "defrag",
                "--data-dir=" + layout.dataDir()));
        return command;
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
