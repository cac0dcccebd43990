package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.Artifacts;
import io.keelson.lab.fleet.BundleVariant;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.Scenario;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** What must be refused: with a code, a remedy, and nothing changed. */
@ExtendWith(SharedFleet.class)
class BadInputScenarios {
    private static final String BUNDLE = "/var/cache/keelson/bundle";
    private static final String REPOSITORY = "/var/cache/keelson/trust/repository";

    private final KeelsonFleet fleet;
    private final Refusals refusals;
    private final Refusals.State before;

    BadInputScenarios(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.refusals = new Refusals(fleet);
        this.before = refusals.state();
    }

    @AfterEach
    void nothingWasChanged() {
        assertThat(refusals.state()).isEqualTo(before);
    }

    @Scenario(value = "bad-bundle-bit", about = "a bundle with one flipped bit is refused")
    void aBundleWithOneFlippedBitIsRefused() {
        var copy = copyOfBundle("bit");
        var blob = fleet.server()
                .mustShell("find " + copy + "/blobs -type f -size +100k | sort | head -1")
                .strip();
        fleet.server()
                .mustShell("byte=$(od -An -tu1 -j 5000 -N1 " + blob + "); printf \"\\\\$(printf %o $((byte ^ 1)))\""
                        + " | dd of=" + blob + " bs=1 seek=5000 conv=notrunc status=none");
        refusals.expect("BUNDLE_CORRUPT", "bundle", "verify", "--repository", REPOSITORY, copy);
    }

    @Scenario(value = "bad-bundle-unreleased", about = "a bundle that nobody has released is refused")
    void aBundleThatNobodyHasReleasedIsRefused() {
        var copy = BundleVariant.of(fleet, "kubernetes-1.20.2-9", same -> same).carry();
        assertThat(refusals.expect("TRUST_TARGET_UNKNOWN", "bundle", "publish", copy))
                .contains("keelson trust publish");
        assertThat(refusals.expect("TRUST_TARGET_UNKNOWN", "bundle", "verify", "--repository", REPOSITORY, copy))
                .contains("keelson trust add");
    }

    @Scenario(value = "bad-token-twice", about = "a join token works once")
    void aJoinTokenWorksOnce() {
        var joining = new Joining(fleet, "x-1", "a");
        var spare = joining.host();
        joining.prepare();
        var join = joining.command();
        spare.mustExec(join);
        // As if the host had been wiped: the token alone must not enrol it again.
        joining.loseIdentity();
        var again = spare.exec(join);
        assertThat(again.exit()).isEqualTo(1);
        assertThat(again.stderr()).contains("TOKEN_USED").contains("next:");
        assertThat(joining.hasIdentity()).isFalse();
        joining.forget();
    }

    @Scenario(value = "bad-clock-join", about = "a host whose clock is an hour off does not join")
    void aHostWhoseClockIsAnHourOffDoesNotJoin() {
        var joining = new Joining(fleet, "x-1", "a");
        joining.prepare();
        for (var off : List.of("+1h", "-1h")) {
            var refused = joining.host()
                    .exec(Stream.concat(Stream.of("faketime", "-f", off), Stream.of(joining.command()))
                            .toArray(String[]::new));
            assertThat(refused.exit()).as(refused.stderr()).isEqualTo(1);
            assertThat(refused.stderr()).contains("HOST_CLOCK_SKEW").contains("timedatectl");
        }
        assertThat(fleet.tryKeelson("get", "host", "x-1").ok()).isFalse();
        // The refusals did not use up the token, and nothing but the clock was wrong.
        joining.host().mustExec(joining.command());
        joining.forget();
    }

    @Scenario(value = "bad-zones", about = "two control-plane hosts in one zone are worth a warning")
    void twoControlPlaneHostsInOneZoneAreWorthAWarning() {
        var others = List.of(new Joining(fleet, "x-2", "b"), new Joining(fleet, "x-3", "b"));
        others.forEach(Joining::join);
        fleet.server().writeFile("/root/zones.yaml", Declarations.cluster("second", "s-1, x-2, x-3", ""), "0644");
        var answer = fleet.tryKeelson("apply", "-f", "/root/zones.yaml", "--dry-run");
        assertThat(answer.exit()).as(answer.stderr()).isZero();
        assertThat(answer.stderr()).contains("CLUSTER_ZONES_SHARED", "x-2, x-3", "zone b");
        assertThat(answer.stdout()).contains("cluster/second", "dry run");
        others.forEach(Joining::forget);
    }

    @Scenario(value = "bad-host-taken", about = "a host of one cluster cannot be declared in another")
    void aHostOfOneClusterCannotBeDeclaredInAnother() {
        refusals.expectApply("HOST_TAKEN", Declarations.cluster("second", "cp-a", "w-1"));
    }

    @Scenario(value = "bad-control-plane-count", about = "two or four control-plane hosts are refused")
    void twoOrFourControlPlaneHostsAreRefused() {
        refusals.expectApply("CLUSTER_CONTROL_PLANE_COUNT", Declarations.cluster("second", "s-1, s-2", "s-3"));
        refusals.expectApply(
                "CLUSTER_CONTROL_PLANE_COUNT", Declarations.cluster("second", "s-1, s-2, s-3, s-4", "s-5"));
    }

    @Scenario(value = "bad-networks", about = "overlapping networks are refused")
    void overlappingNetworksAreRefused() {
        refusals.expectApply(
                "CLUSTER_NETWORKS_OVERLAP",
                Declarations.cluster("second", "s-1", "").replace("10.97.0.0/16", "10.245.128.0/20"));
    }

    @Scenario(value = "bad-unknown-field", about = "a misspelt field is refused with its line and a suggestion")
    void aMisspeltFieldIsRefusedWithItsLineAndASuggestion() {
        var text = refusals.expectApply(
                "RESOURCE_UNKNOWN_FIELD",
                Declarations.cluster("second", "s-1", "").replace("controlPlane:", "controlPlain:"));
        assertThat(text).containsPattern("line \\d+").contains("controlPlane");
    }

    @Scenario(value = "bad-unknown-host", about = "a host that never enrolled is refused with the nearest name")
    void aHostThatNeverEnrolledIsRefused() {
        assertThat(refusals.expectApply("HOST_UNKNOWN", Declarations.cluster("second", "s-11", "")))
                .contains("s-1");
    }

    @Scenario(value = "bad-bundle-unknown", about = "a bundle that was not published is refused")
    void aBundleThatWasNotPublishedIsRefused() {
        refusals.expectApply(
                "BUNDLE_NOT_FOUND",
                Declarations.cluster("second", "s-1", "").replace(Artifacts.BUNDLE, "kubernetes-9.9.9-1"));
    }

    @Scenario(value = "bad-immutable", about = "a living cluster's networks do not change")
    void aLivingClustersNetworksDoNotChange() {
        refusals.expectApply("CLUSTER_IMMUTABLE_FIELD", fleet.manifest().replace("10.244.0.0/16", "10.250.0.0/16"));
    }

    @Scenario(value = "bad-operator-token", about = "without the right token nothing is told")
    void withoutTheRightTokenNothingIsTold() {
        fleet.server()
                .mustShell("umask 077; sed -E 's/(token: *).*/\\1\"wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong\"/'"
                        + " /root/.config/keelson/config.yaml > /root/wrong.yaml");
        var result = fleet.server().exec("env", "KEELSON_CONFIG=/root/wrong.yaml", "keelson", "get", "hosts");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.stderr()).contains("NOT_AUTHORISED");
        assertThat(result.stdout()).isEmpty();
    }

    private String copyOfBundle(String name) {
        var copy = "/root/bundle-" + name;
        fleet.server().mustShell("rm -rf " + copy + " && cp -r " + BUNDLE + " " + copy);
        return copy;
    }
}
