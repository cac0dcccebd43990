package io.keelson.cli.release.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.release.yaml.Complaints;
import io.keelson.cli.release.yaml.StrictYaml;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Severity;
import io.keelson.release.KubernetesVersion;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is generated for a minor exists in that minor: flags, feature gates, configuration kinds and fields. */
class ProfileCompatibilityTest {
    static Stream<String> minors() {
        return ProfileLibrary.MINORS.stream();
    }

    @ParameterizedTest
    @MethodSource("minors")
    void everyMinorHasFactsToBeCheckedAgainst(String minor) {
        assertThat(Facts.of(version(minor), versions(minor)))
                .hasSize(2)
                .allSatisfy(facts -> assertThat(facts.flags()).isNotEmpty());
    }

    @ParameterizedTest
    @MethodSource("minors")
    void whatIsGeneratedExistsInTheMinor(String minor) {
        assertThat(problems(minor, "{}")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("minors")
    void everyKubernetesComponentIsChecked(String minor) {
        var known = Facts.of(version(minor), versions(minor)).stream()
                .flatMap(facts -> facts.flags().keySet().stream())
                .toList();
        var components = profile(minor, "{}").components().keySet();

        assertThat(components).contains("kube-apiserver", "kubelet", "etcd", "containerd");
        assertThat(known)
                .containsAll(components.stream()
                        .filter(name -> !name.equals("containerd"))
                        .toList());
    }

    @Test
    void namesAFlagThatTheMinorHasRemoved() {
        assertError(problems("1.31", flag("kubelet", "container-runtime", "remote")), "--container-runtime", "1.31");
        assertError(problems("1.36", flag("kube-apiserver", "insecure-port", "0")), "--insecure-port", "1.36");
    }

    @ParameterizedTest
    @CsvSource({
        "kube-proxy,healthz-port,1.31,1.32",
        "kubelet,runonce,1.31,1.32",
        "kube-apiserver,cloud-config,1.32,1.33",
        "kubelet,cloud-config,1.33,1.34",
        "kubelet,register-schedulable,1.33,1.34",
        "kubelet,pod-infra-container-image,1.34,1.35"
    })
    void refusesAFlagFromTheMinorOnThatHasItNoMore(String component, String flag, String last, String without) {
        assertThat(problems(last, flag(component, flag, "x"))).isEmpty();
        assertError(problems(without, flag(component, flag, "x")), "--" + flag, without);
    }

    /** talos#13480: a gate that was no more let the new version die at its start, after flags and APIs had been looked at. */
    @ParameterizedTest
    @CsvSource({
        "DRAControlPlaneController,1.31,1.32",
        "VolumeCapacityPriority,1.32,1.33",
        "UserNamespacesPodSecurityStandards,1.34,1.35",
        "InTreePluginPortworxUnregister,1.35,1.36"
    })
    void refusesAGateFromTheMinorOnThatHasItNoMore(String gate, String last, String without) {
        var overrides = "{configs: {kubelet.yaml: {set: {featureGates: {" + gate + ": true}}}}}";

        assertThat(problems(last, overrides)).isEmpty();
        assertError(problems(without, overrides), "feature gate " + gate, without);
    }

    @Test
    void refusesAGateBeforeTheMinorThatIntroducesIt() {
        assertError(
                problems("1.34", flag("kubelet", "feature-gates", "GangScheduling=true")), "GangScheduling", "1.34");
        assertThat(problems("1.35", flag("kubelet", "feature-gates", "GangScheduling=true")))
                .isEmpty();
    }

    @Test
    void refusesAFieldFromTheMinorOnThatHasItNoMore() {
        var overrides = "{configs: {kubelet.yaml: {set: {runOnce: true}}}}";

        assertThat(problems("1.31", overrides)).isEmpty();
        assertError(problems("1.32", overrides), "field runOnce", "1.32");
    }

    @Test
    void refusesAControllerThatTheMinorDoesNotHave() {
        var overrides = flag("kube-controller-manager", "controllers", "*,-podcertificaterequest-cleaner-controller");

        assertError(problems("1.33", overrides), "controller podcertificaterequest-cleaner-controller", "1.33");
        assertThat(problems("1.34", overrides)).isEmpty();
        assertError(
                problems("1.20", flag("kube-controller-manager", "controllers", "*,-ttl-controller")),
                "controller ttl-controller",
                "1.20");
    }

    @Test
    void namesAFeatureGateThatTheMinorHasRemoved() {
        assertError(
                problems("1.33", flag("kube-apiserver", "feature-gates", "AppArmor=true")), "gate AppArmor", "1.33");
        assertError(
                problems("1.32", "{configs: {kubelet.yaml: {set: {featureGates: {KMSv2: true}}}}}"),
                "kubelet.yaml feature gate KMSv2",
                "1.32");
    }

    @Test
    void refusesAGateThatIsLockedToTheOtherValue() {
        assertError(
                problems("1.36", flag("kube-apiserver", "feature-gates", "ConsistentListFromCache=false")),
                "ConsistentListFromCache",
                "locks");
    }

    @Test
    void refusesAMisspeltFieldWhereAllFieldsAreKnown() {
        var problems = problems("1.20", "{configs: {kubelet.yaml: {set: {failSwapon: false}}}}");

        assertError(problems, "kubelet.yaml field failSwapon", "1.20");
        assertThat(problems.getFirst().remedy().advice()).contains("failSwapOn");
    }

    @Test
    void refusesAConfigurationKindThatTheMinorDoesNotServe() {
        assertError(
                problems(
                        "1.31",
                        "{configs: {kube-scheduler.yaml: {set: {apiVersion: kubescheduler.config.k8s.io/v1beta1}}}}"),
                "kubescheduler.config.k8s.io/v1beta1",
                "1.31");
    }

    @Test
    void refusesAnUnknownFlagOfEtcd() {
        assertError(problems("1.36", flag("etcd", "enable-v3", "true")), "etcd flag --enable-v3", "etcd 3.5");
    }

    @Test
    void onlyWarnsOfWhatItDoesNotKnowInAMinorThatIsPartlyKnown() {
        assertThat(problems("1.36", flag("kubelet", "brand-new", "x")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.severity()).isEqualTo(Severity.WARNING));
    }

    private static void assertError(List<Problem> problems, String... words) {
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.RELEASE_SETTING_UNKNOWN);
            assertThat(problem.severity()).isEqualTo(Severity.ERROR);
            assertThat(problem.what()).contains(words);
        });
    }

    private static List<Problem> problems(String minor, String overrides) {
        return Facts.of(version(minor), versions(minor)).stream()
                .flatMap(facts -> Compatibility.problems(profile(minor, overrides), facts).stream())
                .toList();
    }

    static Profile profile(String minor, String overrides) {
        var complaints = new Complaints("test");
        var layer = StrictYaml.read(overrides, complaints)
                .map(LayerReader::overrides)
                .orElseThrow();
        var profile = ProfileLibrary.compose(version(minor), versions(minor), layer, complaints);
        complaints.throwIfAny();
        return profile.orElseThrow();
    }

    private static String flag(String component, String flag, String value) {
        return "{components: {" + component + ": {flags: {" + flag + ": '" + value + "'}}}}";
    }

    private static KubernetesVersion version(String minor) {
        return KubernetesVersion.parse(minor + ".2");
    }

    private static Map<String, String> versions(String minor) {
        return Map.of("etcd", "3.5.16", "containerd", minor.equals("1.36") ? "2.1.9" : "1.7.24");
    }
}
