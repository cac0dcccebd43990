package io.keelson.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.keelson.problem.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ReleaseTest {
    @Property
    void versionsReadWhatTheyWrite(
            @ForAll @IntRange(max = 9) int major,
            @ForAll @IntRange(max = 999) int minor,
            @ForAll @IntRange(max = 999) int patch) {
        var version = new KubernetesVersion(major, minor, patch);
        assertThat(KubernetesVersion.parse(version.toString())).isEqualTo(version);
        assertThat(KubernetesVersion.parse("v" + version + "+lab.1")).isEqualTo(version);
    }

    @Property
    void versionsAreOrderedByMinorBeforePatch(
            @ForAll @IntRange(max = 99) int minor, @ForAll @IntRange(max = 99) int patch) {
        var version = new KubernetesVersion(1, minor, patch);
        assertThat(version).isLessThan(new KubernetesVersion(1, minor, patch + 1));
        assertThat(version).isLessThan(new KubernetesVersion(1, minor + 1, 0));
    }

    @Example
    void refusesWhatIsNotAVersion() {
        for (var text : List.of("", "1.20", "1.20.2.1", "1.20.x", " 1.20.2", "1.20.2+", "-1.2.3", "1.2000.3")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> KubernetesVersion.parse(text));
        }
    }

    @Property
    void neverLetsAMinorBeSkipped(@ForAll @IntRange(max = 60) int from, @ForAll @IntRange(max = 60) int to) {
        var everything =
                java.util.stream.IntStream.range(0, 61).mapToObj(i -> "1." + i).toList();
        var refusal = SkewRule.refuses(
                new KubernetesVersion(1, from, 3), Samples.bundle("next", new KubernetesVersion(1, to, 0), everything));
        assertThat(refusal.isPresent()).isEqualTo(to > from + 1);
        refusal.ifPresent(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.BUNDLE_SKEW));
    }

    @Example
    void asksTheBundleFromWhichMinorsItMayBeReached() {
        var next = Samples.bundle("next", new KubernetesVersion(1, 31, 0), List.of("1.31"));
        assertThat(SkewRule.refuses(new KubernetesVersion(1, 31, 9), next)).isEmpty();
        assertThat(SkewRule.refuses(new KubernetesVersion(1, 30, 9), next))
                .hasValueSatisfying(problem -> assertThat(problem.what()).contains("[1.31], not from 1.30"));
    }

    @Example
    void namesTheMinorThroughWhichToGo() {
        var next = Samples.bundle("next", new KubernetesVersion(1, 33, 0), List.of("1.31"));
        assertThat(SkewRule.refuses(new KubernetesVersion(1, 31, 9), next))
                .hasValueSatisfying(
                        problem -> assertThat(problem.remedy().advice()).contains("1.32"));
    }

    @Example
    void digestsAreThoseOfTheStandard() {
        assertThat(Digest.of("abc".getBytes(StandardCharsets.US_ASCII)).hex())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        var gathered = Digest.sha256();
        gathered.update((byte) 'a');
        gathered.update("bc".getBytes(StandardCharsets.US_ASCII));
        assertThat(Digest.of(gathered)).isEqualTo(Digest.of("abc".getBytes(StandardCharsets.US_ASCII)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Digest("BA".repeat(32)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Digest("ba"));
    }

    @Example
    void bundleNamesCannotLeaveTheirDirectory() {
        for (var bad : List.of("", ".", "..", "a..b", "a/b", "-a", ".a", "A", "a".repeat(64))) {
            assertThatIllegalArgumentException().as(bad).isThrownBy(() -> new BundleName(bad));
        }
        assertThat(new BundleName("kubernetes-1.20.2-1")).hasToString("kubernetes-1.20.2-1");
    }

    @Example
    void rendersPlaceholdersAndDollars() {
        var template = new Template("--node=${NODE_NAME} costs $$5 in ${ZONE}");
        assertThat(template.placeholders()).containsExactly(Placeholder.NODE_NAME, Placeholder.ZONE);
        assertThat(template.render(Map.of(Placeholder.NODE_NAME, "w-1", Placeholder.ZONE, "z$1\\")))
                .isEqualTo("--node=w-1 costs $5 in z$1\\");
    }

    @Property
    void rendersTextWithoutDollarsUnchanged(@ForAll String text) {
        var plain = text.replace("$", "");
        assertThat(new Template(plain).render(Map.of())).isEqualTo(plain);
        assertThat(new Template(text.replace("$", "$$")).render(Map.of())).isEqualTo(text);
    }

    @Example
    void doesNotRenderAValueAgain() {
        assertThat(new Template("${ZONE}").render(Map.of(Placeholder.ZONE, "${NODE_NAME}")))
                .isEqualTo("${NODE_NAME}");
    }

    @Example
    void refusesUnknownPlaceholdersLoneDollarsAndMissingValues() {
        for (var text : List.of("${NOPE}", "$", "a$b", "${zone}", "${", "$ {ZONE}", "$$$")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> new Template(text));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new Template("${ZONE}").render(Map.of()));
    }

    @Example
    void namesAMissingComponentOrConfiguration() {
        var bundle = Samples.bundle("b", new KubernetesVersion(1, 31, 0), List.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bundle.component("kubelet"))
                .withMessageContaining("kubelet");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bundle.config("x.yaml"))
                .withMessageContaining("x.yaml");
    }
}
