package io.keelson.cli.server;

import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunListener;
import io.keelson.cli.output.DurationText;
import io.keelson.cli.output.LiveBlock;
import io.keelson.cli.output.Terminal;
import io.keelson.fleet.Revision;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Shows each step of an initialisation with the time that it took, and remembers them. */
final class InitProgress implements RunListener, AutoCloseable {
    private final Terminal terminal;
    private final LiveBlock block;
    private final Instant begun = Instant.now();
    private final List<Finished> finished = new ArrayList<>();
    private int steps;
    private String title = "";

    InitProgress(Terminal terminal) {
        this.terminal = terminal;
        this.block = new LiveBlock(terminal);
    }

    /** A step that came to its end. @param outcome skipped, done or halted */
    record Finished(String step, String outcome, long elapsedMillis, long transferMillis, long waitMillis) {}

    @Override
    public synchronized void on(Revision revision, RunEvent event) {
        switch (event) {
            case RunEvent.PlanStarted started -> steps = started.steps().size();
            case RunEvent.StepSkipped skipped -> {
                finish(skipped.step().value(), "skipped", skipped.spent());
                line("holds", skipped.step().value(), skipped.evidence());
            }
            case RunEvent.StepStarted started -> {
                title = started.title();
                if (terminal.interactive()) {
                    block.show(List.of(stamp() + counter() + title));
                } else {
                    line("begin", started.step().value(), title);
                }
            }
            case RunEvent.StepProgress progress ->
                block.show(List.of(stamp() + counter() + title + ": " + progress.detail()));
            case RunEvent.StepDone done -> {
                finish(done.step().value(), "done", done.spent());
                line(
                        "done",
                        done.step().value(),
                        title + " in " + DurationText.of(done.spent().elapsed()));
            }
            case RunEvent.StepHalted halted -> {
                finish(halted.step().value(), "halted", halted.spent());
                line("HALTED", halted.step().value(), halted.problem().code().name());
            }
            case RunEvent.Warned warned ->
                line("warning", warned.step().value(), warned.problem().what());
            case RunEvent.PlanConverged _, RunEvent.PlanHalted _ -> block.close();
        }
    }

    /** Every step that came to its end, in order. */
    synchronized List<Finished> finished() {
        return List.copyOf(finished);
    }

    /** Time since the beginning. */
    String elapsed() {
        return DurationText.of(Duration.between(begun, Instant.now()));
    }

    private void finish(String step, String outcome, RunEvent.Spent spent) {
        finished.add(new Finished(
                step,
                outcome,
                spent.elapsed().toMillis(),
                spent.transferred().toMillis(),
                spent.waited().toMillis()));
    }

    private void line(String outcome, String step, String text) {
        block.say("%s%-7s %-24s %s".formatted(stamp(), outcome, step, text));
    }

    private String counter() {
        return (finished.size() + 1) + "/" + steps + " ";
    }

    private String stamp() {
        var seconds = Duration.between(begun, Instant.now()).truncatedTo(ChronoUnit.SECONDS);
        return "[%6s] ".formatted(DurationText.of(seconds));
    }

    @Override
    public void close() {
        block.close();
    }
}
