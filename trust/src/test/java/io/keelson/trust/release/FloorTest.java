package io.keelson.trust.release;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.release.KubernetesVersion;
import io.keelson.trust.SampleManifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloorTest {
    private static final String FROZEN = """
            {"_type":"keelson-floor","formatVersion":1,"kubernetes":"1.31.4"}""";

    private static Floor floor(String version) {
        return new Floor(KubernetesVersion.parse(version));
    }

    @Test
    void refusesWhatLiesBelowAndNothingElse() {
        var manifest = SampleManifest.of(List.of()); // 1.31.4
        assertThat(floor("1.31.4").refuses(manifest)).isEmpty();
        assertThat(floor("1.30.9").refuses(manifest)).isEmpty();
        assertThat(floor("1.31.5").refuses(manifest)).map(Problem::code).contains(ProblemCode.BUNDLE_BELOW_FLOOR);
    }

    @Test
    void isWrittenAsEverAndReadAgain() {
        assertThat(new String(floor("1.31.4").bytes(), StandardCharsets.US_ASCII))
                .isEqualTo(FROZEN);
        assertThat(Floor.read(FROZEN.getBytes(StandardCharsets.US_ASCII))).isEqualTo(floor("1.31.4"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"_type\":\"keelson-floor\",\"formatVersion\":2,\"kubernetes\":\"1.31.4\"}",
                "{\"_type\":\"floor\",\"formatVersion\":1,\"kubernetes\":\"1.31.4\"}",
                "{\"_type\":\"keelson-floor\",\"formatVersion\":1,\"kubernetes\":\"latest\"}",
                "{\"_type\":\"keelson-floor\",\"formatVersion\":1,\"kubernetes\":\"1.31.4\",\"more\":1}",
                "{\"_type\":\"keelson-floor\",\"formatVersion\":1,\"kubernetes\":\"1.31.4\"}x",
            })
    void refusesWhatItCannotReadStrictly(String text) {
        assertRefused(ProblemCode.TRUST_METADATA_INVALID, () -> Floor.read(text.getBytes(StandardCharsets.US_ASCII)));
    }
}
