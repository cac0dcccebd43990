package io.keelson.agent.session.reports;

import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunEvent.Spent;
import io.keelson.agent.plan.RunListener;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.session.wire.ServerProblems;
import io.keelson.fleet.Revision;
import io.keelson.proto.agent.v1.PlanFinished;
import io.keelson.proto.agent.v1.PlanStarted;
import io.keelson.proto.agent.v1.Report;
import io.keelson.proto.agent.v1.StepPhase;
import io.keelson.proto.agent.v1.StepReport;
import io.keelson.release.BundleName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/** Turns what a run does into reports, and puts them into the spool. */
public final class Reports implements RunListener {
    private static final Spent NONE = new Spent(Duration.ZERO, Duration.ZERO, Duration.ZERO);

    private final ReportSpool spool;
    private final InstantSource clock;
    private final Supplier<Optional<BundleName>> level;

    /** Of runs that never come to an end, or bring no level. */
    public Reports(ReportSpool spool, InstantSource clock) {
        this(spool, clock, Optional::empty);
    }

    /** @param level of the operating system, as it is noted on the host; asked when a run has come to its end */
    public Reports(ReportSpool spool, InstantSource clock, Supplier<Optional<BundleName>> level) {
        this.spool = spool;
        this.clock = clock;
        this.level = level;
    }

    @Override
    public void on(Revision revision, RunEvent event) {
        var report = Report.newBuilder().setClockMillis(clock.millis()).setRevision(revision.value());
        switch (event) {
            case RunEvent.PlanStarted(var steps) ->
                report.setPlanStarted(PlanStarted.newBuilder()
                        .addAllSteps(steps.stream().map(StepId::value).toList()));
            case RunEvent.StepSkipped(var _, var _, var _, boolean tried)
            when !tried -> {
                // Every look at the host would be dozens of reports, and what they say is what the server believes
                // already.
                return;
            }
            case RunEvent.StepSkipped(var step, var evidence, var spent, var _) ->
                report.setStep(step(step, StepPhase.STEP_PHASE_SKIPPED, evidence, spent));
            case RunEvent.StepStarted(var step, var title, var gap) ->
                report.setStep(step(step, StepPhase.STEP_PHASE_STARTED, title + ": " + gap, NONE));
            case RunEvent.StepProgress(var step, var detail, var spent) ->
                report.setStep(step(step, StepPhase.STEP_PHASE_PROGRESS, detail, spent));
            case RunEvent.StepDone(var step, var evidence, var spent) ->
                report.setStep(step(step, StepPhase.STEP_PHASE_DONE, evidence, spent));
            case RunEvent.StepHalted(var step, var problem, var spent) ->
                report.setStep(step(step, StepPhase.STEP_PHASE_HALTED, problem.what(), spent)
                        .setProblem(ServerProblems.report(problem)));
            case RunEvent.Warned(var step, var problem) ->
                report.setStep(step(step, StepPhase.STEP_PHASE_PROGRESS, problem.what(), NONE)
                        .setProblem(ServerProblems.report(problem)));
            case RunEvent.PlanConverged() ->
                report.setPlanFinished(PlanFinished.newBuilder()
                        .setOutcome(PlanFinished.Outcome.OUTCOME_CONVERGED)
                        .setOsLevel(level.get().map(BundleName::value).orElse("")));
            case RunEvent.PlanHalted(var _, var problem) ->
                report.setPlanFinished(PlanFinished.newBuilder()
                        .setOutcome(PlanFinished.Outcome.OUTCOME_HALTED)
                        .setProblem(ServerProblems.report(problem)));
        }
        spool.append(report);
    }

    private static StepReport.Builder step(StepId step, StepPhase phase, String detail, Spent spent) {
        return StepReport.newBuilder()
                .setStep(step.value())
                .setPhase(phase)
                .setDetail(detail.length() <= 2_000 ? detail : detail.substring(0, 2_000))
                .setElapsedMillis(spent.elapsed().toMillis())
                .setTransferMillis(spent.transferred().toMillis())
                .setWaitMillis(spent.waited().toMillis());
    }
}
