package io.keelson.agent.session.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunEvent.Spent;
import io.keelson.agent.plan.StepId;
import io.keelson.fleet.Revision;
import io.keelson.proto.agent.v1.StepPhase;
import io.keelson.release.BundleName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportsTest {
    private static final Spent NO_TIME = new Spent(Duration.ZERO, Duration.ZERO, Duration.ZERO);

    @TempDir
    Path directory;

    @Test
    void saysNothingOfStepsThatHeldAllAlong() {
        try (var spool = new ReportSpool(directory, 100)) {
            var reports = new Reports(spool, InstantSource.system());

            reports.on(new Revision(7), skipped("a", false));
            assertThat(spool.size()).isZero();

            reports.on(new Revision(7), skipped("b", true));
            assertThat(spool.next(0)).hasValueSatisfying(report -> {
                assertThat(report.getStep().getStep()).isEqualTo("b");
                assertThat(report.getStep().getPhase()).isEqualTo(StepPhase.STEP_PHASE_SKIPPED);
            });
        }
    }

    /** Together with the revision that the host came to, so that a server never knows one without the other. */
    @Test
    void saysWhichLevelTheHostHasWhenARunHasComeToItsEnd() {
        try (var spool = new ReportSpool(directory, 100)) {
            var level = new AtomicReference<>(Optional.<BundleName>empty());
            var reports = new Reports(spool, InstantSource.system(), level::get);

            reports.on(new Revision(7), new RunEvent.PlanConverged());
            level.set(Optional.of(new BundleName("b")));
            reports.on(new Revision(8), new RunEvent.PlanConverged());

            assertThat(spool.next(0))
                    .hasValueSatisfying(report ->
                            assertThat(report.getPlanFinished().getOsLevel()).isEmpty());
            assertThat(spool.next(1))
                    .hasValueSatisfying(report ->
                            assertThat(report.getPlanFinished().getOsLevel()).isEqualTo("b"));
        }
    }

    private static RunEvent skipped(String step, boolean tried) {
        return new RunEvent.StepSkipped(new StepId(step), "holds", NO_TIME, tried);
    }
}
