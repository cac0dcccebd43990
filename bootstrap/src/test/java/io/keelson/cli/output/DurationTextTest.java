package io.keelson.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({"90s,90000", "10m,600000", "1h30m,5400000", "1m5s,65000", "250ms,250", "1s500ms,1500", "90d,7776000000"
    })
    void readsWhatPeopleWrite(String text, long millis) {
        assertThat(DurationText.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "soon", "-1s", "1.5h", "1y", "m", "1h1d"})
    void refusesTheRest(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> DurationText.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"0,0ms", "999,999ms", "3250,3.2s", "59000,59s", "250000,4m10s", "3600000,1h", "93784000,1d2h"})
    void writesTheTwoLargestParts(long millis, String text) {
        assertThat(DurationText.of(Duration.ofMillis(millis))).isEqualTo(text);
    }
}
