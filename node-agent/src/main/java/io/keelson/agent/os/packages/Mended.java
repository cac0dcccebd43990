package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.util.Optional;

/**
 * Nothing is left half done by a run that was cut short: of the agent, or of anybody else. What fails again and is brought by
 * the level in a higher version is left to that.
 */
record Mended(Level level, PackageManager manager) implements Step {
    /** Each run completes what it can; one that was interrupted at another's journal needs a second. */
    private static final int RUNS = 3;

    @Override
    public StepId id() {
        return new StepId("os.packages.mended");
    }

    @Override
    public String title() {
        return "complete what was left half installed";
    }

    private Optional<PackageManager.Unfinished> unfinished(Host host) {
        return manager.unfinished(host, level, manager.installed(host));
    }

    @Override
    public Finding observe(Host host) {
        return unfinished(host)
                .<Finding>map(left -> new Needed(left.what()))
                .orElseGet(() -> new Satisfied("every package is whole, or replaced by the level"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        var before = Optional.<ProblemException>empty();
        for (int run = 0; run < RUNS; run++) {
            var left = unfinished(host);
            if (left.isEmpty()) {
                return;
            }
            activity.progress(left.get().what());
            before = attempt(host, left.get());
        }
        var left = unfinished(host);
        if (left.isPresent()) {
            throw before.orElseGet(() -> Problem.error(
                            ProblemCode.HOST_PACKAGES_BROKEN,
                            left.get().what() + ", and "
                                    + String.join(" ", left.get().mending()) + " did not change that",
                            Remedy.advise("Mend the host's packages; the agent goes on by itself.", "dpkg --audit"))
                    .asException());
        }
    }

    private static Optional<ProblemException> attempt(Host host, PackageManager.Unfinished left) {
        try {
            PackageRun.run(host, left.mending());
            return Optional.empty();
        } catch (ProblemException e) {
            return Optional.of(e); // thrown if it is what is left in the end
        }
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
