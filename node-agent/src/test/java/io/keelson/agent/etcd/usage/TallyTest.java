package io.keelson.agent.etcd.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.EtcdUsage.Eater;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TallyTest {
    @Test
    void sumsAreExactHoweverManyNamesThereAre() {
        var tally = new Tally();
        for (int i = 0; i < 50_000; i++) {
            tally.live("small-" + i, 10, 2);
            tally.written("small-" + i % 7_000, 3);
        }

        var ranking = tally.ranking(5);

        var all = Stream.concat(ranking.eaters().stream(), Stream.of(ranking.others()))
                .toList();
        assertThat(all.stream().mapToLong(Eater::keys).sum()).isEqualTo(50_000);
        assertThat(all.stream().mapToLong(Eater::bytes).sum()).isEqualTo(500_000);
        assertThat(all.stream().mapToLong(Eater::versions).sum()).isEqualTo(100_000);
        assertThat(all.stream().mapToLong(Eater::writes).sum()).isEqualTo(50_000);
        assertThat(all.stream().mapToLong(Eater::writtenBytes).sum()).isEqualTo(150_000);
        assertThat(ranking.eaters()).hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void thoseWithTheMostBytesAndThoseWithTheMostWritesStayWhateverElseComes() {
        var tally = new Tally();
        tally.live("large", 1_000_000, 1);
        for (int i = 0; i < 100; i++) {
            tally.written("busy", 1);
        }
        for (int i = 0; i < 20_000; i++) {
            tally.live("small-" + i, 10, 1);
        }
        tally.live("large", 1_000_000, 1);

        assertThat(tally.ranking(1).eaters())
                .containsExactly(new Eater("large", 2, 2_000_000, 2, 0, 0), new Eater("busy", 0, 0, 0, 100, 100));
    }
}
