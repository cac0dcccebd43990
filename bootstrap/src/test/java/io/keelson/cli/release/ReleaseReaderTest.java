package io.keelson.cli.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReleaseReaderTest {
    @TempDir
    Path directory;

    static Stream<String> minors() {
        return SampleRelease.minors().stream();
    }

    @ParameterizedTest
    @MethodSource("minors")
    void readsAReleaseOfEveryMinorWithoutComplaint(String minor) throws IOException {
        var read = ReleaseReader.read(SampleRelease.write(directory, minor, List.of()));

        assertThat(read.warnings()).isEmpty();
        assertThat(read.description().profile().name()).isEqualTo("kubernetes-" + minor);
    }

    @Test
    void namesTheLineOfAnUnknownFieldAndWhatWasProbablyMeant() throws IOException {
        var problem = only(refused(changed("minimumAgent: 0.1.0", "minimumAgent: 0.1.0\n  arhitecture: amd64")));

        assertThat(problem.code()).isEqualTo(ProblemCode.RESOURCE_UNKNOWN_FIELD);
        assertThat(problem.what()).contains("release.yaml:9:", "spec.arhitecture");
        assertThat(problem.remedy().advice()).contains("'architecture'");
    }

    @Test
    void reportsEverythingThatIsWrongTogether() throws IOException {
        var file = changed("os: linux", "os: plan9");
        Files.writeString(
                file, Files.readString(file).replace("2027-12-28", "soon").replace("amd64", "m68k"));

        assertThat(refused(file))
                .extracting(Problem::what)
                .anySatisfy(what -> assertThat(what).contains("plan9"))
                .anySatisfy(what -> assertThat(what).contains("soon"))
                .anySatisfy(what -> assertThat(what).contains("m68k"));
    }

    @Test
    void refusesAFieldThatIsThereTwice() throws IOException {
        assertThat(only(refused(changed("os: linux", "os: linux\n  os: linux"))).what())
                .contains("spec.os is there twice");
    }

    @Test
    void refusesASourceThatIsNotThere() throws IOException {
        assertThat(only(refused(changed("bits/kubelet,", "bits/kublet,"))).what())
                .contains("bits/kublet is not a file");
    }

    @Test
    void refusesAUrlWithoutDigest() throws IOException {
        var file = changed("source: bits/kubelet,", "url: 'https://example.invalid/kubelet',");

        assertThat(refused(file))
                .anySatisfy(problem -> assertThat(problem.what()).contains("url needs sha256"));
    }

    @Test
    void namesTheProgramsThatTheBundleLacks() throws IOException {
        var file = changed("    - {path: bin/runc, source: bits/runc, executable: true}\n", "");

        assertThat(only(refused(file)).what()).contains("lack these executables: bin/runc");
    }

    @Test
    void refusesAPathThatIsThereTwice() throws IOException {
        assertThat(refused(changed("path: bin/runc,", "path: bin/ctr,")))
                .anySatisfy(problem -> assertThat(problem.what()).contains("bin/ctr is already on line"));
    }

    @Test
    void refusesAMinorWithoutProfile() throws IOException {
        var file = changed("kubernetes: 1.31.2", "kubernetes: 1.25.0");

        assertThat(only(refused(file)).remedy().advice()).contains("1.20, 1.31");
    }

    @Test
    void refusesAContainerdThatIsTooOldForTheMinor() throws IOException {
        var file = SampleRelease.write(directory, "1.36", List.of());
        Files.writeString(file, Files.readString(file).replace("containerd: 2.1.9", "containerd: 1.7.24"));

        assertThat(only(refused(file)).what()).contains("containerd 1.7.24 is too old for Kubernetes 1.36");
    }

    /** k3s#12022: one that lets the pause image be collected. */
    @Test
    void refusesAContainerdThatDoesNotPinWhatIsImported() throws IOException {
        var file = SampleRelease.write(directory, "1.31", List.of());
        Files.writeString(file, Files.readString(file).replace("containerd: 1.7.24", "containerd: 1.7.13"));

        assertThat(only(refused(file)).what()).contains("containerd 1.7.13 is too old for Kubernetes 1.31");
    }

    @Test
    void refusesAnOverrideWithAFlagThatTheMinorHasNotGot() throws IOException {
        var file = SampleRelease.write(
                directory,
                "1.31",
                List.of("  overrides: {components: {kubelet: {flags: {container-runtime: remote}}}}"));

        var problem = only(refused(file));
        assertThat(problem.code()).isEqualTo(ProblemCode.RELEASE_SETTING_UNKNOWN);
        assertThat(problem.what()).contains("kubelet flag --container-runtime");
    }

    @Test
    void refusesAnOverrideThatWouldDoNothing() throws IOException {
        var file = SampleRelease.write(
                directory,
                "1.31",
                List.of("  overrides: {components: {kublet: {}, kubelet: {without: [no-such-flag]}}}"));

        assertThat(refused(file))
                .extracting(Problem::what)
                .anySatisfy(what -> assertThat(what).contains("no component 'kublet'"))
                .anySatisfy(what -> assertThat(what).contains("no flag of kubelet 'no-such-flag'"));
    }

    @Test
    void refusesAnUnknownPlaceholder() throws IOException {
        var file = SampleRelease.write(
                directory, "1.31", List.of("  overrides: {components: {kubelet: {flags: {v: '${NODE}'}}}}"));

        assertThat(refused(file))
                .anySatisfy(problem -> assertThat(problem.what()).contains("${NODE}"));
    }

    @Test
    void refusesWhatIsNotYaml() throws IOException {
        var file = Files.writeString(directory.resolve("release.yaml"), "a: [1,\n");

        assertThat(only(refused(file)).code()).isEqualTo(ProblemCode.RELEASE_DESCRIPTION_INVALID);
    }

    private Path changed(String from, String to) throws IOException {
        var file = SampleRelease.write(directory, "1.31", List.of());
        var text = Files.readString(file);
        assertThat(text).contains(from);
        return Files.writeString(file, text.replace(from, to));
    }

    private static List<Problem> refused(Path file) {
        var refusal = catchThrowableOfType(ProblemException.class, () -> ReleaseReader.read(file));
        assertThat(refusal).isNotNull();
        return refusal.problems();
    }

    private static Problem only(List<Problem> problems) {
        assertThat(problems).hasSize(1);
        return problems.getFirst();
    }
}
