package io.keelson.trust.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.KubernetesVersion;
import java.util.List;

/** A floor is read or refused; what was read says the same when it is written again. */
class FloorFuzzTest extends FuzzTest {
    @Override
    public List<byte[]> seeds() {
        return List.of(new Floor(KubernetesVersion.parse("1.31.4")).bytes());
    }

    @Override
    public List<String> words() {
        return List.of("keelson-floor", "\"formatVersion\"", "v1.20.0+build", "999.999.999");
    }

    @Override
    public void accept(byte[] input) {
        try {
            var floor = Floor.read(input);
            assertThat(Floor.read(floor.bytes())).isEqualTo(floor);
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.TRUST_METADATA_INVALID);
        }
    }
}
