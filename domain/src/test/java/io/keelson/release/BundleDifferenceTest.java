package io.keelson.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** In which parts bundles differ. */
class BundleDifferenceTest {
    private static final BundleManifest BASE = Samples.withPrograms("one", "3.5.16");

    private static List<String> differing(BundleManifest other) {
        var parts = List.copyOf(BundleDifference.between(BASE, other));
        assertThat(List.copyOf(BundleDifference.between(other, BASE))).isEqualTo(parts);
        return parts;
    }

    private static BundleManifest files(List<BundleFile> files) {
        return Samples.with(BASE, files, BASE.components(), BASE.configs());
    }

    private static BundleManifest replaced(BundleFile file) {
        return files(BASE.files().stream()
                .map(each -> each.path().equals(file.path()) ? file : each)
                .toList());
    }

    @Test
    void aNameIsNoPart() {
        assertThat(differing(Samples.withPrograms("two", "3.5.16"))).isEmpty();
    }

    @Test
    void etcdIsItsVersionItsProgramItsToolsAndItsFlags() {
        assertThat(differing(Samples.withPrograms("two", "3.5.30"))).containsExactly("etcd");
        assertThat(differing(replaced(Samples.file("bin/etcd", "other")))).containsExactly("etcd");
        assertThat(differing(replaced(Samples.file("bin/etcdctl", "other")))).containsExactly("etcd");
        var more = new ArrayList<>(BASE.files());
        more.add(Samples.file("bin/etcdutl", "3.5.16"));
        assertThat(differing(files(more))).as("a tool more").containsExactly("etcd");
        var components = new TreeMap<>(BASE.components());
        components.put(
                "etcd",
                new BundleManifest.Component("bin/etcd", List.of(new BundleManifest.Flag("debug", Optional.empty()))));
        assertThat(differing(Samples.with(BASE, BASE.files(), components, BASE.configs())))
                .containsExactly("etcd");
    }

    @Test
    void everythingElseIsNamed() {
        assertThat(differing(replaced(Samples.file("bin/kubelet", "other")))).containsExactly("kubelet");
        assertThat(differing(replaced(Samples.file("bin/runc", "other")))).containsExactly("bin/runc");
        assertThat(differing(replaced(new BundleFile.Symlink("bin/runc", "kubelet"))))
                .containsExactly("bin/runc");
        assertThat(differing(files(List.of()))).containsExactly("bin", "bin/runc", "etcd", "kubelet");
        assertThat(differing(Samples.with(BASE, BASE.files(), BASE.components(), Map.of())))
                .containsExactly("kubelet.yaml");
        assertThat(differing(Samples.bundle("two", KubernetesVersion.parse("1.21.0"), List.of())))
                .contains("kubernetes", "containerd", "image keelson.local/pause:3.10", "addon access");
    }

    @Test
    void whatABundleSaysOfItselfIsNoPart() {
        var more = new ArrayList<>(BASE.files());
        more.add(Samples.file("sbom.cdx.json", "two"));
        more.add(Samples.file("provenance.intoto.json", "two"));
        assertThat(differing(files(more))).isEmpty();
    }

    @Test
    void aProgramThatIsPackedOtherwiseIsTheSame() {
        var file = (BundleFile.Regular) Samples.file("bin/runc", "1.1.5");
        var blob = new BundleFile.Blob(Digest.of(new byte[0]), 3, BundleFile.Encoding.ZSTD);
        assertThat(differing(replaced(
                        new BundleFile.Regular(file.path(), file.executable(), file.size(), file.digest(), blob))))
                .isEmpty();
        assertThat(differing(replaced(new BundleFile.Regular(file.path(), false, file.size(), file.digest(), blob))))
                .containsExactly("bin/runc");
    }
}
