package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShareTest {
    @ParameterizedTest
    @CsvSource({"2, 6, 2", "10%, 6, 1", "10%, 60, 6", "33%, 6, 1", "34%, 6, 2", "100%, 6, 6", "50%, 1, 1", "1%, 0, 1"})
    void isAsManyNodes(String text, int nodes, int share) {
        assertThat(Share.parse(text).of(nodes)).isEqualTo(share);
        assertThat(Share.parse(text)).hasToString(text);
    }

    @Property
    void aPercentageIsAtLeastOneAndNeverMoreThanAskedFor(
            @ForAll @IntRange(min = 1, max = 100) int percent, @ForAll @IntRange(min = 1, max = 100_000) int nodes) {
        int share = new Share.Percent(percent).of(nodes);
        assertThat(share).isPositive();
        if (share > 1) {
            assertThat((long) share * 100).isLessThanOrEqualTo((long) nodes * percent);
        }
        assertThat((share + 1L) * 100).as("no fewer than that").isGreaterThan((long) nodes * percent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%", "0", "0%", "101%", "-1", "1.5", "2 %", "two", "1000000", "٣"})
    void nothingElseIsOne(String text) {
        assertThatThrownBy(() -> Share.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
