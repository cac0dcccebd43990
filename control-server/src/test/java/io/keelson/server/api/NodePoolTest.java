package io.keelson.server.api;

import static io.keelson.server.api.OperatorFixture.cluster;
import static io.keelson.server.api.OperatorFixture.codes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.StatusRuntimeException;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.pool.Stage;
import io.keelson.proto.operator.v1.ApplyResponse;
import io.keelson.proto.operator.v1.DeleteRequest;
import io.keelson.server.pool.PoolRecord;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Node pools, as operators declare, see and delete them. */
class NodePoolTest {
    private static final String PROD = cluster("prod", "cp-a, cp-b, cp-c", "w-1");
    private static final String WORKERS = pool("workers", "prod", "w-2, w-3", 1);
    private static final PoolName NAME = new PoolName("workers");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorFixture fixture;

    private static String pool(String name, String cluster, String hosts, int size) {
        return """
                apiVersion: keelson.io/v1alpha1
                kind: NodePool
                metadata: {name: %s}
                spec:
                  cluster: %s
                  hosts: [%s]
                  size: %d
                """.formatted(name, cluster, hosts, size);
    }

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
        return codes(catchThrowableOfType(StatusRuntimeException.class, () -> fixture.apply(manifest)));
    }

    private List<String> refusedDeletion(String kind, String name) {
        return codes(catchThrowableOfType(StatusRuntimeException.class, () -> delete(kind, name)));
    }

    private void delete(String kind, String name) {
        var unused = fixture.operator.delete(
                DeleteRequest.newBuilder().setKind(kind).setName(name).build());
    }

    private static List<String> outcomes(ApplyResponse response) {
        return response.getAppliedList().stream()
                .map(applied -> applied.getKind() + " " + applied.getName() + " " + applied.getOutcome())
                .toList();
    }

    private JsonNode get() throws Exception {
        return new ObjectMapper().readTree(fixture.json("nodepool", "workers"));
    }

    private void record(String host, Stage stage) {
        await().until(() -> fixture.leadership.current().isPresent());
        var epoch = fixture.leadership.current().orElseThrow();
        assertThat(fixture.poolRecords.take(
                        epoch,
                        fixture.nodePools.require(NAME),
                        PoolRecord.taken(new HostId(host), NAME, stage, Instant.EPOCH, "the pool names it")))
                .isTrue();
    }

    @Test
    void isDeclaredTogetherWithItsClusterAndAgainAsItIsFetched() throws Exception {
        assertThat(outcomes(fixture.apply(WORKERS + "---\n" + PROD)))
                .containsExactly("Cluster prod created", "NodePool workers created");
        assertThat(outcomes(fixture.apply(WORKERS))).containsExactly("NodePool workers unchanged");
        var written = WORKERS + """
                  strategy: inPlace
                  maxUnavailable: 50%
                  maintenanceWindows: [{days: [sunday], opens: "22:30", length: PT4H, timeZone: Europe/Berlin}]
                  acrossZones: true
                  minReadySeconds: 90
                  maxNodeAge: P30D
                  toleratedFailures: 0
                  patience: {joining: PT5M}
                  drain: {timeout: PT20M, forceAfter: PT10M, evictBarePods: true, gracePeriod: PT1M}
                  whenBlocked: hold
                """;
        assertThat(outcomes(fixture.apply(written))).containsExactly("NodePool workers configured");
        // JSON is YAML.
        assertThat(outcomes(fixture.apply(fixture.json("nodepool", "workers"))))
                .containsExactly("NodePool workers unchanged");
        assertThat(get().at("/spec/maxUnavailable").asText()).isEqualTo("50%");
        assertThat(get().at("/spec/patience/joining").asText()).isEqualTo("PT5M");
        assertThat(get().at("/spec/patience/patching").asText()).isEqualTo("PT1H");
        assertThat(fixture.audit.entries()).anyMatch(entry -> entry.action().equals("pool.declare"));
    }

    @Test
    void isRefusedWithEachReasonAndWarned() {
        assertThat(refused(WORKERS)).containsExactly("CLUSTER_UNKNOWN");
        fixture.apply(PROD);
        assertThat(refused(pool("workers", "prod", "w-2, cp-a", 1))).containsExactly("HOST_TAKEN");
        assertThat(refused(pool("workers", "prod", "w-2, w-9", 1))).containsExactly("HOST_UNKNOWN");
        assertThat(refused(pool("workers", "prod", "w-2", 2))).containsExactly("POOL_TOO_FEW_HOSTS");
        assertThat(refused(WORKERS + "  osLevel: kubernetes-1.20.2-1\n")).containsExactly("BUNDLE_OTHER_KIND");
        assertThat(refused(WORKERS + "  osLevel: nothing\n")).containsExactly("BUNDLE_NOT_FOUND");
        assertThat(refused(WORKERS + "  sise: 3\n")).containsExactly("RESOURCE_UNKNOWN_FIELD");
        assertThat(refused(WORKERS + "  strategy: replce\n")).containsExactly("RESOURCE_INVALID");
        assertThat(refused(WORKERS + "  maxUnavailable: 0\n")).containsExactly("RESOURCE_INVALID");
        assertThat(refused(WORKERS + "  maxNodeAge: PT5M\n")).containsExactly("RESOURCE_INVALID");
        assertThat(refused(WORKERS + "  acrossZones: yes\n")).containsExactly("RESOURCE_INVALID");
        assertThat(refused(WORKERS + "  patience: {joining: PT1S}\n")).containsExactly("RESOURCE_INVALID");
        assertThat(refused(WORKERS + "  patience: {joining: PT90.5S}\n")).containsExactly("RESOURCE_INVALID");
        assertThat(refused(WORKERS + "  drain: {timeout: PT1M, forceAfter: PT2M}\n"))
                .containsExactly("RESOURCE_INVALID");
        assertThat(refused(WORKERS + "  maintenanceWindows: [{opens: 22:30, length: PT1H}]\n"))
                .containsExactly("RESOURCE_INVALID");
        assertThat(refused(WORKERS + "  maintenanceWindows: [{opens: \"22:30\", length: PT1H, timeZone: Moon/Sea}]\n"))
                .containsExactly("RESOURCE_INVALID");
        assertThat(refused(WORKERS + "---\n" + WORKERS)).containsExactly("RESOURCE_INVALID");
        assertThat(fixture.nodePools.all()).isEmpty();
        assertThat(fixture.apply(pool("workers", "prod", "w-2", 1)).getWarningsList())
                .anyMatch(warning -> warning.getCode().equals("POOL_NO_SPARE"));
    }

    @Test
    void aHostOfItIsNoOtherClusters() {
        fixture.apply(PROD + "---\n" + WORKERS);
        record("w-2", Stage.SPARE);
        assertThat(refused(cluster("test", "w-2", ""))).containsExactly("HOST_TAKEN");
        assertThat(refusedDeletion("host", "w-2")).containsExactly("HOST_TAKEN");
        assertThat(refusedDeletion("cluster", "prod")).containsExactly("CLUSTER_IN_USE");
    }

    @Test
    void showsWhatItDoesWithEachHost() throws Exception {
        fixture.apply(PROD + "---\n" + WORKERS);
        record("w-2", Stage.SPARE);
        var status = get().get("status");
        assertThat(status.get("phase").asText()).isEqualTo("Pending");
        assertThat(status.get("nodesServing").asText()).isEqualTo("0/1");
        assertThat(status.at("/hosts/0/host").asText()).isEqualTo("w-2");
        assertThat(status.at("/hosts/0/stage").asText()).isEqualTo("spare");
        assertThat(status.at("/hosts/1/stage").asText()).isEqualTo("notTaken");
        var host = new ObjectMapper().readTree(fixture.json("host", "w-2"));
        assertThat(host.at("/status/pool").asText()).isEqualTo("workers");
        assertThat(host.at("/status/phase").asText()).isEqualTo("Spare");
    }

    @Test
    void isDeletedWithItsSparesAndNotWithANode() {
        fixture.apply(PROD + "---\n" + WORKERS);
        record("w-2", Stage.SPARE);
        record("w-3", Stage.VERIFYING);
        assertThat(refusedDeletion("nodepool", "workers")).containsExactly("POOL_IN_USE");
        assertThat(fixture.nodePools.require(NAME).removing()).isFalse();
        assertThat(fixture.poolRecords.all()).hasSize(2);

        fixture.store.commit(Transaction.always(Write.delete(Keys.poolHost(new HostId("w-3")))));
        delete("nodepool", "workers");
        assertThat(fixture.nodePools.all()).isEmpty();
        assertThat(fixture.poolRecords.all()).isEmpty();
        assertThat(fixture.poolHistory.newest(NAME, 10)).isEmpty();
        assertThat(refusedDeletion("nodepool", "workers")).containsExactly("POOL_UNKNOWN");
        delete("cluster", "prod");
    }
}
