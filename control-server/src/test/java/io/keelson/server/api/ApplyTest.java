package io.keelson.server.api;

import static io.keelson.server.api.OperatorFixture.cluster;
import static io.keelson.server.api.OperatorFixture.codes;
import static io.keelson.server.api.OperatorFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.StatusRuntimeException;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.proto.operator.v1.ApplyResponse;
import io.keelson.proto.operator.v1.DeleteRequest;
import io.keelson.release.BundleName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplyTest {
    private static final String PROD = cluster("prod", "cp-a, cp-b, cp-c", "w-1");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorFixture fixture;

    @BeforeEach
    void starts() throws Exception {
        fixture = new OperatorFixture(directory);
        fixture.standardFleet();
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    private List<String> refused(String manifest) {
        var refusal = catchThrowableOfType(StatusRuntimeException.class, () -> fixture.apply(manifest));
        assertThat(refusal).as("a refusal").isNotNull();
        return codes(refusal);
    }

    private static List<String> outcomes(ApplyResponse response) {
        return response.getAppliedList().stream()
                .map(applied -> applied.getName() + " " + applied.getOutcome())
                .toList();
    }

    @Test
    void createsConfiguresAndLeavesUnchanged() {
        assertThat(outcomes(fixture.apply(PROD))).containsExactly("prod created");
        assertThat(outcomes(fixture.apply(PROD))).containsExactly("prod unchanged");
        assertThat(outcomes(fixture.apply(cluster("prod", "cp-a, cp-b, cp-c", "w-1, w-2"))))
                .containsExactly("prod configured");
        var stored = fixture.clusters.get(new ClusterName("prod")).orElseThrow();
        assertThat(stored.generation()).isEqualTo(2);
    }

    @Test
    void whatIsFetchedCanBeAppliedAgain() {
        fixture.apply(PROD);
        // JSON is YAML.
        assertThat(outcomes(fixture.apply(fixture.json("cluster", "prod")))).containsExactly("prod unchanged");
    }

    @Test
    void aDryRunSaysWhatWouldHappenAndChangesNothing() {
        var dry =
                request(PROD).toBuilder().setDryRun(true).setRequestId("dry-1").build();
        assertThat(outcomes(fixture.operator.apply(dry))).containsExactly("prod created");
        assertThat(fixture.clusters.all()).isEmpty();
        assertThat(fixture.audit.entries()).noneMatch(entry -> entry.action().startsWith("cluster."));
    }

    @Test
    void aRepeatedRequestGetsTheFirstAnswerAndDoesNothingMore() {
        var first = request(PROD).toBuilder().setRequestId("r-1").build();
        assertThat(outcomes(fixture.operator.apply(first))).containsExactly("prod created");
        assertThat(outcomes(fixture.operator.apply(first))).containsExactly("prod created");
        assertThat(fixture.clusters.all()).hasSize(1);

        var other = request(cluster("test", "w-2", "")).toBuilder()
                .setRequestId("r-1")
                .build();
        var refusal = catchThrowableOfType(StatusRuntimeException.class, () -> fixture.operator.apply(other));
        assertThat(codes(refusal)).containsExactly("RESOURCE_CONFLICT");
        var unfit = request(PROD).toBuilder().setRequestId("../x").build();
        assertThat(codes(catchThrowableOfType(StatusRuntimeException.class, () -> fixture.operator.apply(unfit))))
                .containsExactly("RESOURCE_INVALID");
    }

    @Test
    void appliesAllDocumentsOrNone() {
        var bad = PROD + "---\n" + cluster("test", "w-2, w-3", "");
        assertThat(refused(bad)).contains("CLUSTER_CONTROL_PLANE_COUNT");
        assertThat(fixture.clusters.all()).isEmpty();

        assertThat(outcomes(fixture.apply(PROD + "---\n" + cluster("test", "w-2", "w-3"))))
                .containsExactly("prod created", "test created");
    }

    @Test
    void refusesTwoDocumentsThatWantOneHost() {
        assertThat(refused(PROD + "---\n" + cluster("test", "w-2", "w-1"))).containsExactly("HOST_TAKEN", "HOST_TAKEN");
    }

    @Test
    void refusesEachWrongDeclarationWithItsCodeAndLeavesNothingBehind() {
        fixture.apply(cluster("other", "w-3", ""));
        var audited = fixture.audit.entries();
        assertThat(refused(cluster("prod", "cp-a, cp-b, cp-x", ""))).containsExactly("HOST_UNKNOWN");
        assertThat(refused(cluster("prod", "cp-a", "w-3"))).containsExactly("HOST_TAKEN");
        assertThat(refused(cluster("prod", "cp-a, cp-b", ""))).containsExactly("CLUSTER_CONTROL_PLANE_COUNT");
        assertThat(refused(cluster("prod", "cp-a, cp-b, cp-c, w-1", ""))).contains("CLUSTER_CONTROL_PLANE_COUNT");
        assertThat(refused(cluster("prod", "cp-a", "cp-a"))).containsExactly("CLUSTER_HOST_REPEATED");
        assertThat(refused(PROD + "  network: {pods: 10.96.0.0/16}\n")).containsExactly("CLUSTER_NETWORKS_OVERLAP");
        assertThat(refused(PROD + "  network: {pods: 10.244.0.0/24}\n")).containsExactly("CLUSTER_NETWORK_SIZE");
        assertThat(refused(PROD.replace("1.20.2-1", "1.20.2-7"))).containsExactly("BUNDLE_NOT_FOUND");
        assertThat(refused(PROD.replace("bundle:", "bundel:"))).contains("RESOURCE_UNKNOWN_FIELD");
        assertThat(refused(PROD.replace("kind: Cluster", "kind: Clusterr"))).containsExactly("RESOURCE_UNKNOWN_KIND");
        assertThat(refused("")).containsExactly("RESOURCE_INVALID");
        assertThat(fixture.clusters.all()).hasSize(1);
        assertThat(fixture.audit.entries()).isEqualTo(audited);
    }

    @Test
    void warnsOfSharedZonesAndAppliesNevertheless() {
        var response = fixture.apply(cluster("prod", "cp-a, cp-b, w-1", ""));
        assertThat(response.getWarningsList()).singleElement().satisfies(warning -> {
            assertThat(warning.getCode()).isEqualTo("CLUSTER_ZONES_SHARED");
            assertThat(warning.getWarning()).isTrue();
            assertThat(warning.getAdvice()).isNotBlank();
        });
        assertThat(outcomes(response)).containsExactly("prod created");
    }

    @Test
    void anotherEtcdIsAppliedWithAWarningAndRefusedWhereEtcdDoesNotAllowIt() {
        fixture.releases.publishEtcd(fixture.bundles, "etcd-30", "3.5.30");
        fixture.releases.publishEtcd(fixture.bundles, "etcd-36", "3.6.4");
        fixture.releases.publishEtcd(fixture.bundles, "etcd-37", "3.7.0");
        fixture.releases.publishEtcd(fixture.bundles, "etcd-4", "3.5.4");
        fixture.apply(PROD);
        fixture.loop.start();
        await().until(() -> fixture.desired.all().size() == 4);

        assertThat(refused(PROD.replace("kubernetes-1.20.2-1", "etcd-36"))).containsExactly("ETCD_VERSION_TOO_OLD");
        assertThat(refused(PROD.replace("kubernetes-1.20.2-1", "etcd-37"))).containsExactly("ETCD_VERSION_SKIPPED");
        assertThat(refused(PROD.replace("kubernetes-1.20.2-1", "etcd-4"))).containsExactly("ETCD_VERSION_TOO_OLD");
        var response = fixture.apply(PROD.replace("kubernetes-1.20.2-1", "etcd-30"));
        assertThat(outcomes(response)).containsExactly("prod configured");
        assertThat(response.getWarningsList())
                .anyMatch(warning -> warning.getCode().equals("ETCD_MEMBERS_RESTART")
                        && warning.getWhat().contains("cp-a (3.5.16), cp-b (3.5.16), cp-c (3.5.16)"));
        assertThat(fixture.json("cluster", "prod"))
                .as("what is not over yet is no ready cluster")
                .contains("ETCD_MEMBERS_RESTART", "\"phase\":\"Installing\"");
    }

    @Test
    void etcdDoesNotGoBackFromAMinorThatEveryMemberWasTold() {
        fixture.releases.publishEtcd(fixture.bundles, "etcd-36", "3.6.4");
        var later = PROD.replace("kubernetes-1.20.2-1", "etcd-36");
        fixture.apply(later);
        fixture.loop.start();
        await().until(() -> fixture.desired.all().size() == 4);

        assertThat(refused(PROD)).containsExactly("ETCD_VERSION_NOT_BACK");
        assertThat(outcomes(fixture.apply(later))).containsExactly("prod unchanged");
    }

    @Test
    void refusesChangesOfALivingCluster() {
        fixture.releases.publish(fixture.bundles, "kubernetes-1.22.0-1", "1.22.0");
        fixture.releases.publish(fixture.bundles, "kubernetes-1.20.9-1", "1.20.9");
        fixture.apply(PROD);
        fixture.loop.start();
        await().until(() -> fixture.desired.all().size() == 4);

        assertThat(refused(PROD.replace("1.20.2-1", "1.22.0-1"))).containsExactly("BUNDLE_SKEW");
        assertThat(refused(PROD.replace("1.20.2-1", "1.20.9-1"))).containsExactly("CLUSTER_IMMUTABLE_FIELD");
        assertThat(refused(PROD + "  network: {pods: 10.200.0.0/16}\n")).containsExactly("CLUSTER_IMMUTABLE_FIELD");
        assertThat(refused(cluster("prod", "cp-a", "w-1, cp-b, cp-c"))).contains("CLUSTER_IMMUTABLE_FIELD");
        assertThat(refused(cluster("test", "w-2", "w-1"))).containsExactly("HOST_TAKEN");
    }

    @Test
    void withdrawnBundleStaysWhereItRunsAndMakesNoOtherCluster() {
        fixture.apply(PROD);
        fixture.loop.start();
        await().until(() -> fixture.desired.all().size() == 4);

        fixture.repository.publish(fixture.releases.people.withdraw(new BundleName("kubernetes-1.20.2-1")));

        assertThat(refused(cluster("test", "w-2", ""))).containsExactly("BUNDLE_WITHDRAWN");
        assertThat(refused(cluster("prod", "cp-a, cp-b, cp-c", "w-1, w-2"))).containsExactly("BUNDLE_WITHDRAWN");
        var again = fixture.apply(PROD);
        assertThat(outcomes(again)).containsExactly("prod unchanged");
        assertThat(again.getWarningsList())
                .singleElement()
                .satisfies(warning -> assertThat(warning.getCode()).isEqualTo("BUNDLE_WITHDRAWN"));
        assertThat(fixture.json("bundle", "kubernetes-1.20.2-1"))
                .contains("\"released\":false", "BUNDLE_WITHDRAWN", "prod");
        await().untilAsserted(() -> assertThat(fixture.live.image().bundles().values())
                .allMatch(bundle -> bundle.refused().isPresent()));
    }

    @Test
    void bundleBelowTheFloorMakesNoCluster() {
        assertThat(fixture.json("bundle", "kubernetes-1.20.2-1")).contains("\"released\":true");
        fixture.repository.publish(fixture.releases.people.raiseFloor("1.20.3"));
        assertThat(refused(PROD)).containsExactly("BUNDLE_BELOW_FLOOR");
        fixture.repository.publish(fixture.releases.people.raiseFloor("1.20.2"));
        assertThat(outcomes(fixture.apply(PROD))).containsExactly("prod created");
    }

    @Test
    void ofTwoThatWantOneHostAtTheSameTimeExactlyOneGetsIt() throws Exception {
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 5; round++) {
                var tasks = new ArrayList<Callable<Boolean>>();
                for (var name : List.of("one", "two", "three")) {
                    tasks.add(() -> {
                        try {
                            fixture.apply(cluster(name, "cp-a", ""));
                            return true;
                        } catch (StatusRuntimeException e) {
                            assertThat(codes(e)).containsExactly("HOST_TAKEN");
                            return false;
                        }
                    });
                }
                int winners = 0;
                for (var answer : pool.invokeAll(tasks)) {
                    winners += answer.get() ? 1 : 0;
                }
                assertThat(winners).isEqualTo(1);
                var winner = fixture.clusters.all().getFirst().name().value();
                delete("cluster", winner);
            }
        }
    }

    private void delete(String kind, String name) {
        var unused = fixture.operator.delete(
                DeleteRequest.newBuilder().setKind(kind).setName(name).build());
    }

    private List<String> refusedDeletion(String kind, String name) {
        return codes(catchThrowableOfType(StatusRuntimeException.class, () -> delete(kind, name)));
    }

    @Test
    void deletesAClusterOnlyBeforeItsFirstHostWasAssigned() {
        fixture.apply(PROD);
        delete("clusters", "prod");
        assertThat(fixture.clusters.all()).isEmpty();
        assertThat(refusedDeletion("cluster", "prod")).containsExactly("CLUSTER_UNKNOWN");

        fixture.apply(PROD);
        fixture.loop.start();
        await().until(() -> fixture.desired.all().size() == 4);
        assertThat(refusedDeletion("cluster", "prod")).containsExactly("CLUSTER_IN_USE");
        assertThat(fixture.clusters.all())
                .singleElement()
                .satisfies(c -> assertThat(c.removing()).isFalse());
    }

    @Test
    void deletesAHostThatBelongsToNoCluster() {
        fixture.apply(PROD);
        assertThat(refusedDeletion("host", "w-1")).containsExactly("HOST_TAKEN");
        assertThat(refusedDeletion("host", "W 1")).containsExactly("RESOURCE_NOT_FOUND");
        assertThat(refusedDeletion("node", "w-1")).containsExactly("RESOURCE_INVALID");
        assertThat(refusedDeletion("bundle", "kubernetes-1.20.2-1")).containsExactly("RESOURCE_INVALID");
        assertThat(refusedDeletion("hosst", "w-1")).containsExactly("RESOURCE_UNKNOWN_KIND");

        var request = DeleteRequest.newBuilder()
                .setKind("host")
                .setName("w-3")
                .setRequestId("d-1")
                .build();
        var unused = fixture.operator.delete(request);
        var again = fixture.operator.delete(request);
        assertThat(fixture.hosts.find(new HostId("w-3"))).isEmpty();
        assertThat(refusedDeletion("host", "w-3")).containsExactly("RESOURCE_NOT_FOUND");
    }

    @Test
    void saysThatTheStoreIsDown() {
        fixture.store.unavailable(true);
        assertThat(refused(PROD)).containsExactly("SERVER_STORE_UNAVAILABLE");
        fixture.store.unavailable(false);
        assertThat(outcomes(fixture.apply(PROD))).containsExactly("prod created");
    }
}
