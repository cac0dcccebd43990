package io.keelson.cli.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.trust.bundle.BundleDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cyclonedx.Version;
import org.cyclonedx.model.Component;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleBuilderTest {
    @TempDir
    Path directory;

    @Test
    void theSameInputsGiveTheSameManifest() throws IOException {
        var file = SampleRelease.write(directory, "1.31", List.of());

        build(file, directory.resolve("one"));
        build(file, directory.resolve("two"));

        assertThat(manifestBytes("one")).isEqualTo(manifestBytes("two"));
    }

    @Test
    void packsWhatShrinksAndTakesTheRestAsItIs() throws IOException {
        var manifest = build(SampleRelease.write(directory, "1.31", List.of()), directory.resolve("bundle"));

        assertThat(regular(manifest, "bin/kubelet").blob().encoding()).isEqualTo(BundleFile.Encoding.ZSTD);
        assertThat(regular(manifest, "images/pause.tar").blob().encoding()).isEqualTo(BundleFile.Encoding.IDENTITY);
        assertThat(manifest.files()).contains(new BundleFile.Directory("bin"), new BundleFile.Directory("images"));
    }

    @Test
    void bringsTheBuiltInAddonBeforeThoseOfTheDescription() throws IOException {
        Files.writeString(directory.resolve("dns.yaml"), "clusterIP: ${DNS_ADDRESS}\n");
        var manifest = build(
                SampleRelease.write(directory, "1.31", List.of("  addons: [{name: coredns, source: dns.yaml}]")),
                directory.resolve("bundle"));

        assertThat(manifest.addons())
                .extracting(BundleManifest.Addon::name)
                .containsExactly("apiserver-kubelet-access", "node-maintenance", "coredns");
    }

    @Test
    void saysWhatItIsMadeOfInAFormThatOthersRead() throws Exception {
        var manifest = build(SampleRelease.write(directory, "1.31", List.of()), directory.resolve("bundle"));

        var bytes = content(manifest, "sbom.cdx.json");

        assertThat(new JsonParser().validate(bytes, Version.VERSION_16)).isEmpty();
        var bom = new JsonParser().parse(bytes);
        assertThat(bom.getComponents())
                .filteredOn(component -> component.getType() == Component.Type.FILE)
                .hasSize((int) manifest.files().stream()
                                .filter(BundleFile.Regular.class::isInstance)
                                .count()
                        - 2)
                .anySatisfy(component -> {
                    assertThat(component.getName()).isEqualTo("bin/kubelet");
                    assertThat(component.getHashes().getFirst().getValue())
                            .isEqualTo(regular(manifest, "bin/kubelet").digest().hex());
                });
        assertThat(bom.getComponents()).extracting(Component::getName).contains("etcd", "containerd");
    }

    @Test
    void saysWhereEachFileCameFromButNotWhereItLay() throws Exception {
        var manifest = build(SampleRelease.write(directory, "1.31", List.of()), directory.resolve("bundle"));

        var text = new String(content(manifest, "provenance.intoto.json"), StandardCharsets.UTF_8);
        var statement = new ObjectMapper().readTree(text);

        assertThat(statement.path("predicateType").asText()).isEqualTo("https://slsa.dev/provenance/v1");
        assertThat(statement.path("subject").findValuesAsText("name")).contains("bin/kubelet");
        assertThat(statement.at("/predicate/buildDefinition/resolvedDependencies"))
                .hasSize(statement.path("subject").size());
        assertThat(text).doesNotContain(directory.toString());
    }

    @Test
    void refusesAReleaseThatBringsItsOwnStatements() throws IOException {
        var file = SampleRelease.write(
                directory, "1.31", List.of("    - {path: sbom.cdx.json, source: bits/pause.tar, executable: false}"));

        assertThatThrownBy(() -> build(file, directory.resolve("bundle"))).hasMessageContaining("sbom.cdx.json");
    }

    @Test
    void leavesNothingBehindWhenItFails() throws IOException {
        Files.writeString(directory.resolve("dns.yaml"), "cost: $5\n");
        var file = SampleRelease.write(directory, "1.31", List.of("  addons: [{name: coredns, source: dns.yaml}]"));
        var target = Files.createDirectory(directory.resolve("out")).resolve("bundle");

        assertThatThrownBy(() -> build(file, target))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("lone '$'");

        assertThat(target.getParent()).isEmptyDirectory();
    }

    @Test
    void doesNotTouchWhatIsThereUnlessToldTo() throws IOException {
        var file = SampleRelease.write(directory, "1.31", List.of());
        var target = Files.createDirectory(directory.resolve("bundle"));
        Files.writeString(target.resolve("precious"), "data");

        assertThatThrownBy(() -> build(file, target)).hasMessageContaining("BUNDLE_EXISTS");
        assertThat(target.resolve("precious")).exists();

        builder().build(ReleaseReader.read(file).description(), target, true);
        assertThat(target.resolve("precious")).doesNotExist();
        assertThat(target.resolve("manifest.json")).exists();
        assertThat(Files.list(directory))
                .noneMatch(path -> path.getFileName().toString().startsWith(".bundle"));
    }

    private byte[] content(BundleManifest manifest, String path) throws IOException {
        try (var in = BundleDirectory.open(directory.resolve("bundle"))
                .openBlob(regular(manifest, path).blob().digest())) {
            return in.readAllBytes();
        }
    }

    private byte[] manifestBytes(String name) {
        return BundleDirectory.open(directory.resolve(name)).manifestBytes();
    }

    private BundleManifest build(Path file, Path target) {
        return builder().build(ReleaseReader.read(file).description(), target, false);
    }

    private BundleBuilder builder() {
        return new BundleBuilder(new SourceCache(directory.resolve("cache"), line -> {}), line -> {});
    }

    private static BundleFile.Regular regular(BundleManifest manifest, String path) {
        return manifest.files().stream()
                .filter(file -> file.path().equals(path))
                .map(BundleFile.Regular.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
