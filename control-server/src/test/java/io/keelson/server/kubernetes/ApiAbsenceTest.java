package io.keelson.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ApiAbsenceTest {
    private static final Instant START = Instant.parse("2026-11-27T12:00:00Z");

    private final ApiAbsence absence = new ApiAbsence();

    private static Instant at(long second) {
        return START.plusSeconds(second);
    }

    @Test
    void isOverWhereItNeverWas() {
        assertThat(absence.over()).isBefore(START);
        absence.answered(START);
        absence.answered(at(300));
        assertThat(absence.over()).isBefore(START);
    }

    @Test
    void isOverAsLongAfterItsEndAsItWas() {
        absence.answered(START);
        absence.unanswered(at(5));
        absence.unanswered(at(15));
        assertThat(absence.over()).isEqualTo(Instant.MAX);
        absence.answered(at(20));
        absence.answered(at(22));
        assertThat(absence.over()).isEqualTo(at(40));
    }

    @Test
    void isOverAMinuteAfterItsEndHoweverLongItWas() {
        absence.unanswered(START);
        absence.answered(at(3_600));
        assertThat(absence.over()).isEqualTo(at(3_660));
    }
}
