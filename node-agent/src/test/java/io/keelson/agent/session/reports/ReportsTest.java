package io.keelson.agent.session.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunEvent.Spent;
import io.keelson.agent.plan.StepId;
import io.keelson.fleet.Revision;
import io.keelson.proto.agent.v1.StepPhase;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
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

    private static RunEvent skipped(String step, boolean tried) {
        return new RunEvent.StepSkipped(new StepId(step), "holds", NO_TIME, tried);
    }
}
