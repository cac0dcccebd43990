package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.Artifacts;
import io.keelson.lab.fleet.BundleVariant;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.Scenario;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bundles that are released as they should be, but do not fit. */
@ExtendWith(SharedFleet.class)
class WrongBundleScenarios {
    private final KeelsonFleet fleet;
    private final Refusals refusals;

    WrongBundleScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.refusals = new Refusals(fleet);
    }

    @Scenario(value = "bad-bundle-minor", about = "a bundle whose Kubernetes minor is two ahead is refused")
    void aBundleTwoMinorsAheadIsRefused() {
        var name = "kubernetes-1.22.0-1";
        publish(name, "\"kubernetes\":\"1.20.2\"", "\"kubernetes\":\"1.22.0\"");
        var before = refusals.state();
        var said = refusals.expectApply("BUNDLE_SKEW", fleet.manifest().replace(Artifacts.BUNDLE, name));
        assertThat(said).contains("1.22.0", "1.20.2", "1.21");
        assertThat(refusals.state()).isEqualTo(before);
    }

    @Scenario(value = "bad-bundle-architecture", about = "a bundle for another architecture is refused")
    void aBundleForAnotherArchitectureIsRefused() {
        var name = "kubernetes-1.20.2-1-arm64";
        publish(name, "\"architecture\":\"amd64\"", "\"architecture\":\"arm64\"");
        var before = refusals.state();
        var said = refusals.expectApply(
                "BUNDLE_WRONG_ARCHITECTURE",
                Declarations.cluster("second", "s-1", "").replace(Artifacts.BUNDLE, name));
        assertThat(said).contains("s-1", "arm64", "amd64");
        assertThat(refusals.state()).isEqualTo(before);
    }

    private void publish(String name, String part, String instead) {
        BundleVariant.of(fleet, name, manifest -> {
                    assertThat(manifest).contains(part);
                    return manifest.replace(part, instead);
                })
                .release()
                .publish();
    }
}
