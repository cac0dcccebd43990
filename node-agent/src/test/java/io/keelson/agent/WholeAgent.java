package io.keelson.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.daemon.Cadence;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.leave.LeavePlanner;
import io.keelson.agent.plan.Journal;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.PlanRunner;
import io.keelson.agent.plan.Planner;
import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunEvent.PlanConverged;
import io.keelson.agent.plan.RunEvent.PlanHalted;
import io.keelson.agent.plan.RunEvent.PlanStarted;
import io.keelson.agent.plan.RunEvent.StepDone;
import io.keelson.agent.plan.RunEvent.StepHalted;
import io.keelson.agent.plan.RunEvent.StepProgress;
import io.keelson.agent.plan.RunEvent.StepSkipped;
import io.keelson.agent.plan.RunEvent.StepStarted;
import io.keelson.agent.plan.RunEvent.Warned;
import io.keelson.agent.session.Assignment;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The agent's loop, runner and journal on a thread of their own, and what is heard of them. */
final class WholeAgent implements AutoCloseable {
    private final BlockingQueue<PlanEnd> ends = new LinkedBlockingQueue<>();
    private final List<Problem> warnings = new CopyOnWriteArrayList<>();
    private final Journal journal;
    private final Cadence cadence = new Cadence();
    private final AgentLoop loop;
    private final Thread thread;
    private final Runnable onConverged;

    /** How a plan ended; empty if it converged. */
    record PlanEnd(Revision revision, Optional<PlanHalted> halted) {}

    /** @param onConverged called on the loop's thread */
    WholeAgent(Path journalDirectory, Supplier<Assignment> orders, Planner planner, Runnable onConverged) {
        var host = new MemoryHost();
        this.onConverged = onConverged;
        this.journal = Journal.open(journalDirectory, host.clock());
        var runner = new PlanRunner(host, journal, this::heard, Pacer.system());
        var plans = new OrderPlanner(planner, new LeavePlanner()::plan, os -> List.of(), os -> Optional.empty());
        this.loop = new AgentLoop(orders, plans::plan, runner, this::heard, cadence);
        this.thread = Thread.ofPlatform().start(() -> {
            try {
                loop.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** There is a new order. */
    void wake() {
        cadence.wake();
    }

    /** How the next plan of a revision ends. */
    PlanEnd end(long revision) throws InterruptedException {
        while (true) {
            var end = ends.poll(30, TimeUnit.SECONDS);
            assertThat(end).as("an end of the plan").isNotNull();
            if (end.revision().equals(new Revision(revision))) {
                return end;
            }
        }
    }

    /** Whether nothing has ended that nobody has asked for. */
    boolean isQuiet() {
        return ends.isEmpty();
    }

    /** What was warned of since it was asked last. */
    List<Problem> warnings() {
        var heard = List.copyOf(warnings);
        warnings.clear();
        return heard;
    }

    void heard(Revision of, RunEvent event) {
        switch (event) {
            case PlanHalted halted -> ends.add(new PlanEnd(of, Optional.of(halted)));
            case PlanConverged _ -> {
                onConverged.run();
                ends.add(new PlanEnd(of, Optional.empty()));
            }
            case Warned warned -> warnings.add(warned.problem());
            case PlanStarted _, StepSkipped _, StepStarted _, StepProgress _, StepDone _, StepHalted _ -> {
                // Only how it ends is asked for.
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
        journal.close();
    }

    /** Names and contents of everything but quarantines. */
    static Map<String, String> snapshot(Path root) throws IOException {
        var found = new TreeMap<String, String>();
        if (Files.exists(root)) {
            try (var all = Files.walk(root)) {
                for (var path : all.toList()) {
                    var name = root.relativize(path).toString();
                    if (!name.split("/", -1)[0].endsWith(".quarantine")) {
                        found.put(name, Files.isRegularFile(path) ? Files.readString(path) : "no file");
                    }
                }
            }
        }
        return found;
    }

    static void remove(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (var all = Files.walk(tree)) {
                for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
