package io.keelson.cli.release.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keelson.release.BundleManifest;
import io.keelson.release.Template;
import java.lang.module.ModuleDescriptor.Version;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What the profiles say, where it would hurt if they said something else. */
class ProfileContentTest {
    static Stream<String> minors() {
        return ProfileLibrary.MINORS.stream();
    }

    @ParameterizedTest
    @MethodSource("minors")
    void nobodyIsLetInWithoutACredential(String minor) {
        var profile = ProfileCompatibilityTest.profile(minor, "{}");

        assertThat(flag(profile, "kube-apiserver", "anonymous-auth")).contains("false");
        assertThat(flag(profile, "kube-apiserver", "authorization-mode")).contains("Node,RBAC");
        assertThat(flag(profile, "etcd", "client-cert-auth")).contains("true");
        assertThat(flag(profile, "etcd", "peer-client-cert-auth")).contains("true");
        var kubelet = profile.config("kubelet.yaml");
        assertThat(kubelet.at("/authentication/anonymous/enabled").asBoolean(true))
                .isFalse();
        assertThat(kubelet.at("/authorization/mode").asText()).isEqualTo("Webhook");
        assertThat(kubelet.at("/readOnlyPort").asInt(1)).isZero();
    }

    @ParameterizedTest
    @MethodSource("minors")
    void whatOnlyItsOwnHostNeedsListensOnLoopback(String minor) {
        var profile = ProfileCompatibilityTest.profile(minor, "{}");

        assertThat(flag(profile, "kube-controller-manager", "bind-address")).contains("127.0.0.1");
        assertThat(flag(profile, "kube-scheduler", "bind-address")).contains("127.0.0.1");
        assertThat(flag(profile, "etcd", "listen-metrics-urls")).contains("http://127.0.0.1:2381");
    }

    @Test
    void insecurePortsOf120AreClosed() {
        var profile = ProfileCompatibilityTest.profile("1.20", "{}");

        assertThat(flag(profile, "kube-controller-manager", "port")).contains("0");
        assertThat(flag(profile, "kube-scheduler", "port")).contains("0");
        assertThat(profile.component("kube-scheduler").flags()).doesNotContainKey("config");
    }

    @ParameterizedTest
    @MethodSource("minors")
    void nothingIsSignedByTheControllerManager(String minor) {
        var profile = ProfileCompatibilityTest.profile(minor, "{}");

        assertThat(profile.component("kube-controller-manager").flags().keySet())
                .noneMatch(name -> name.startsWith("cluster-signing"));
        assertThat(flag(profile, "kube-controller-manager", "controllers").orElseThrow())
                .contains("sign");
    }

    @ParameterizedTest
    @MethodSource("minors")
    void yamlFilesMeanWhatTheirTreesSay(String minor) {
        var profile = ProfileCompatibilityTest.profile(minor, "{}");

        profile.configs().forEach((file, tree) -> {
            if (file.endsWith(".yaml")) {
                Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(ConfigText.of(file, tree));
                assertThat(new ObjectMapper().<JsonNode>valueToTree(read)).hasToString(tree.toString());
            }
        });
    }

    @Test
    void aHostNamedLikeANumberStaysAText() {
        var text = ConfigText.of(
                "kube-proxy.yaml",
                ProfileCompatibilityTest.profile("1.31", "{}").config("kube-proxy.yaml"));

        assertThat(text).contains("hostnameOverride: \"${NODE_NAME}\"");
    }

    @Test
    void containerdIsConfiguredInTheFormOfItsMajorVersion() {
        assertThat(toml("1.31")).contains("version = 2\n", "[plugins.\"io.containerd.grpc.v1.cri\"]\nsandbox_image = ");
        assertThat(toml("1.36"))
                .contains("version = 3\n", "[plugins.\"io.containerd.cri.v1.images\".pinned_images]\nsandbox = ");
    }

    /** k3s#12022: without a registry, the image that every pod starts with must be there before it is missed. */
    @ParameterizedTest
    @MethodSource("minors")
    void thePauseImageIsNeverCollected(String minor) {
        var profile = ProfileCompatibilityTest.profile(minor, "{}");

        assertThat(toml(minor)).containsPattern("sandbox(_image)? = \"\\$\\{PAUSE_IMAGE}\"");
        if (minor.equals("1.20")) {
            assertThat(flag(profile, "kubelet", "pod-infra-container-image")).contains("${PAUSE_IMAGE}");
        } else {
            // The kubelet asks containerd, which pins its sandbox from that version on also if it was imported.
            assertThat(Version.parse(profile.minimum().getOrDefault("containerd", "0")))
                    .isGreaterThanOrEqualTo(Version.parse("1.7.14"));
        }
    }

    @Test
    void overridesAddReplaceMergeAndTakeAway() {
        var profile = ProfileCompatibilityTest.profile("1.31", """
                components:
                  kube-apiserver: {flags: {profiling: "true", v: "4"}, without: [goaway-chance]}
                configs:
                  kubelet.yaml:
                    set: {failSwapOn: false, evictionHard: {nodefs.available: 0%}, authentication: {webhook: {cacheTTL: 1m0s}}}
                    without: [kubeReserved, systemReserved.cpu]
                  containerd.toml:
                    set: {plugins: {io.containerd.grpc.v1.cri: {restrict_oom_score_adj: true}}}
                """);

        assertThat(flag(profile, "kube-apiserver", "profiling")).contains("true");
        assertThat(flag(profile, "kube-apiserver", "v")).contains("4");
        assertThat(profile.component("kube-apiserver").flags()).doesNotContainKey("goaway-chance");
        var kubelet = profile.config("kubelet.yaml");
        assertThat(kubelet.get("failSwapOn").asBoolean(true)).isFalse();
        assertThat(kubelet.at("/authentication/webhook").toString())
                .isEqualTo("{\"enabled\":true,\"cacheTTL\":\"1m0s\"}");
        assertThat(kubelet.has("kubeReserved")).isFalse();
        assertThat(kubelet.get("systemReserved").toString()).isEqualTo("{\"memory\":\"256Mi\"}");
        assertThat(ConfigText.of("containerd.toml", profile.config("containerd.toml")))
                .contains("restrict_oom_score_adj = true");
    }

    @Test
    void aManifestsFlagsAreSortedSoThatTheyAreAlwaysTheSame() {
        var flags = ProfileCompatibilityTest.profile("1.31", "{}").manifestComponents().values().stream()
                .filter(component -> component.binary().equals("bin/kubelet"))
                .findFirst()
                .orElseThrow()
                .flags();

        assertThat(flags).extracting(BundleManifest.Flag::name).isSorted().contains("--config");
        assertThat(flags)
                .contains(new BundleManifest.Flag("--hostname-override", Optional.of(new Template("${NODE_NAME}"))));
    }

    private static String toml(String minor) {
        return ConfigText.of(
                "containerd.toml", ProfileCompatibilityTest.profile(minor, "{}").config("containerd.toml"));
    }

    private static Optional<String> flag(Profile profile, String component, String flag) {
        return profile.component(component).flags().getOrDefault(flag, Optional.empty());
    }
}
