package io.keelson.lab.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NodeHistoryTest {
    private static final List<String> BOTH = List.of("w-1", "w-2");

    @Test
    void eachChangeIsALookOnceAllNodesAreKnown() {
        var looks = NodeHistory.looks(List.of(
                "100.0|LIST",
                "100.1|ADDED|w-1||True",
                "100.2|ADDED|w-2||True",
                "110.0|MODIFIED|w-1|true|True",
                "111.0|MODIFIED|w-2||Unknown",
                "112.0|DELETED|w-1|true|True",
                "113.0|MODIFIED|w-2||True"));
        assertThat(looks).extracting(look -> look.availableOf(BOTH)).containsExactly(2, 1, 0, 0, 1);
        assertThat(looks.get(2).awayOf(BOTH)).containsExactly("w-1", "w-2");
        assertThat(looks.getFirst().at()).isEqualTo(101.5);
    }

    @Test
    void aWatchThatIsBegunAgainIsNoLossOfNodes() {
        var looks = NodeHistory.looks(List.of(
                "100.0|LIST",
                "100.1|ADDED|w-1||True",
                "100.2|ADDED|w-2||True",
                "120.0|LIST",
                "123.0|LIST",
                "126.0|LIST",
                "126.1|ADDED|w-1|true|True",
                "126.2|ADDED|w-2||True"));
        assertThat(looks).extracting(look -> look.availableOf(BOTH)).containsExactly(2, 1);
    }
}
