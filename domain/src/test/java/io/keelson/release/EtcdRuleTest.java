package io.keelson.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which etcd may follow which. */
class EtcdRuleTest {
    private static BundleManifest bundle(String etcd) {
        return Samples.withPrograms("etcd-" + etcd, etcd);
    }

    private static String verdict(List<String> told, String next) {
        return EtcdRule.refuses(told.stream().map(EtcdRuleTest::bundle).toList(), bundle(next))
                .map(problem -> problem.code().name())
                .orElse("allowed");
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource({
        "3.5.16, 3.5.30, allowed",
        "3.5.30, 3.5.16, allowed",
        "3.5.16, 3.5.16, allowed",
        "3.5.16, 3.5.5, allowed",
        "3.5.16, 3.5.4, ETCD_VERSION_TOO_OLD",
        "3.5.16, 3.4.37, ETCD_VERSION_TOO_OLD",
        "3.5.16, 2.3.8, ETCD_VERSION_TOO_OLD",
        "3.5.30, 3.6.0, allowed",
        "3.5.26, 3.6.5, allowed",
        "3.5.25, 3.6.5, ETCD_VERSION_TOO_OLD",
        "3.5.16, 3.6.0, ETCD_VERSION_TOO_OLD",
        "3.5.30, 3.7.0, ETCD_VERSION_SKIPPED",
        "3.5.30, 4.0.0, ETCD_VERSION_SKIPPED",
        "3.6.4, 3.7.0, allowed",
        "3.6.0, 3.6.4, allowed",
        "3.6.4, 3.6.0, allowed",
        "3.6.0, 3.5.30, ETCD_VERSION_NOT_BACK",
        "3.7.0, 3.5.30, ETCD_VERSION_NOT_BACK",
        "3.5.16, 3.5, ETCD_VERSION_UNKNOWN",
        "newest, 3.5.30, ETCD_VERSION_UNKNOWN",
        "3.5.16, v3.5.30, allowed",
        "3.5.16, 3.5.30-k1, allowed",
    })
    void judgesEachPair(String from, String to, String verdict) {
        assertThat(verdict(List.of(from, from, from), to)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"3.5.9, ETCD_VERSION_TOO_OLD", "3.5.10, allowed", "3.6.0, allowed", "newest, allowed"})
    void beginsAnewOnlyWhereRevisionsCanBeRaised(String running, String verdict) {
        assertThat(EtcdRule.refusesToBeginAnew(bundle(running))
                        .map(problem -> problem.code().name())
                        .orElse("allowed"))
                .isEqualTo(verdict);
    }

    @Test
    void goesBackOverAMinorAsLongAsOneMemberStayedBehind() {
        assertThat(verdict(List.of("3.6.0", "3.6.0", "3.5.30"), "3.5.30")).isEqualTo("allowed");
        assertThat(verdict(List.of("3.6.0", "3.6.0", "3.5.30"), "3.5.16")).isEqualTo("allowed");
        assertThat(verdict(List.of("3.6.0", "3.6.0", "3.6.0"), "3.5.30")).isEqualTo("ETCD_VERSION_NOT_BACK");
    }

    @Test
    void judgesWhatEveryHostWasTold() {
        assertThat(verdict(List.of("3.6.0", "3.5.30"), "3.7.0"))
                .as("one is two minors behind")
                .isEqualTo("ETCD_VERSION_SKIPPED");
        assertThat(verdict(List.of("3.5.30", "3.5.16"), "3.6.0"))
                .as("one is not prepared")
                .isEqualTo("ETCD_VERSION_TOO_OLD");
        assertThat(verdict(List.of("3.5.30", "3.5.16"), "3.5.31")).isEqualTo("allowed");
    }

    @Test
    void saysWhatToDo() {
        var said = Stream.of(
                        EtcdRule.refuses(List.of(bundle("3.6.0")), bundle("3.5.30")),
                        EtcdRule.refuses(List.of(bundle("3.5.16")), bundle("3.6.0")),
                        EtcdRule.refuses(List.of(bundle("3.5.16")), bundle("3.8.0")))
                .map(problem -> problem.orElseThrow().render())
                .toList();
        assertThat(said.get(0)).contains("etcd-3.5.30", "3.6.0", "not offered", "new cluster");
        assertThat(said.get(1)).contains("3.5.26", "first");
        assertThat(said.get(2)).contains("3.6 is the next");
    }
}
