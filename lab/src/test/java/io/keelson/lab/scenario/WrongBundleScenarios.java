package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.Artifacts;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.Scenario;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bundles that are signed as they should be, but do not fit. */
@ExtendWith(SharedFleet.class)
class WrongBundleScenarios {
    private static final String BUNDLE = "/var/cache/keelson/bundle";

    private final KeelsonFleet fleet;
    private final Refusals refusals;

    WrongBundleScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.refusals = new Refusals(fleet);
    }

    @Scenario(value = "bad-bundle-minor", about = "a bundle whose Kubernetes minor is two ahead is refused")
    void aBundleTwoMinorsAheadIsRefused() {
        var name = "kubernetes-1.22.0-1";
        publish(name, "s/\"kubernetes\":\"1.20.2\"/\"kubernetes\":\"1.22.0\"/");
        var before = refusals.state();
        var said = refusals.expectApply("BUNDLE_SKEW", fleet.manifest().replace(Artifacts.BUNDLE, name));
        assertThat(said).contains("1.22.0", "1.20.2", "1.21");
        assertThat(refusals.state()).isEqualTo(before);
    }

    @Scenario(value = "bad-bundle-architecture", about = "a bundle for another architecture is refused")
    void aBundleForAnotherArchitectureIsRefused() {
        var name = "kubernetes-1.20.2-1-arm64";
        publish(name, "s/\"architecture\":\"amd64\"/\"architecture\":\"arm64\"/");
        var before = refusals.state();
        var said = refusals.expectApply(
                "BUNDLE_WRONG_ARCHITECTURE",
                Declarations.cluster("second", "s-1", "").replace(Artifacts.BUNDLE, name));
        assertThat(said).contains("s-1", "arm64", "amd64");
        assertThat(refusals.state()).isEqualTo(before);
    }

    /** Publishes the lab's bundle with another name and that change to its manifest, signed by the release key. */
    private void publish(String name, String change) {
        var server = fleet.server();
        var copy = "/root/" + name;
        server.mustShell("rm -rf " + copy + " && cp -r " + BUNDLE + " " + copy + " && rm " + copy + "/signatures.json");
        server.mustShell("cd " + copy + " && cp manifest.json before && sed -i -e '" + change
                + "' -e 's/\"name\":\"" + Artifacts.BUNDLE + "\"/\"name\":\"" + name + "\"/' manifest.json"
                + " && ! cmp -s before manifest.json && rm before");
        server.mustShell("rm -rf /root/release && mkdir -m 0700 /root/release");
        server.copyTo(fleet.artifacts().releaseKey(), "/root/release/release.key");
        server.copyTo(fleet.artifacts().releasePassphrase(), "/root/release/passphrase");
        fleet.keelson(
                "bundle",
                "sign",
                "--key",
                "/root/release/release.key",
                "--passphrase-file",
                "/root/release/passphrase",
                copy);
        fleet.keelson("bundle", "publish", copy);
        server.mustExec("rm", "-rf", "/root/release", copy);
    }
}
