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
import io.keelson.fleet.Revision;
import io.keelson.proto.operator.v1.DeleteRequest;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.observed.ReportedProblem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that no pool names any more, as operators see it. */
class LeavingHostTest {
    private static final String PROD = cluster("prod", "cp-a, cp-b, cp-c", "w-1, w-2");
    private static final String SMALLER = cluster("prod", "cp-a, cp-b, cp-c", "w-1");
    private static final HostId LEAVER = new HostId("w-2");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorFixture fixture;

    @BeforeEach
    void starts() throws Exception {
        fixture = new OperatorFixture(directory);
        fixture.standardFleet();
        fixture.apply(PROD);
        fixture.loop.start();
        await().until(() -> fixture.desired.all().size() == 5);
        List.of("cp-a", "cp-b", "cp-c", "w-1", "w-2").forEach(host -> fixture.connected(host, revision(host)));
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    private Revision revision(String host) {
        return fixture.desired.get(new HostId(host)).orElseThrow().revision();
    }

    private String phase(String kind) throws Exception {
        return get(kind).at("/status/phase").asText();
    }

    private JsonNode get(String kind) throws Exception {
        return new ObjectMapper().readTree(fixture.json(kind, LEAVER.value()));
    }

    private void leave() {
        assertThat(fixture.apply(SMALLER).getWarningsList())
                .anyMatch(warning -> warning.getCode().equals("CLUSTER_HOST_LEAVES")
                        && warning.getWhat().contains("w-2"));
        await().until(() ->
                fixture.desired.get(LEAVER).flatMap(DesiredState::node).isEmpty());
    }

    private List<String> refused(Runnable call) {
        return codes(catchThrowableOfType(StatusRuntimeException.class, call::run));
    }

    private void delete(String kind, String name) {
        var unused = fixture.operator.delete(
                DeleteRequest.newBuilder().setKind(kind).setName(name).build());
    }

    @Test
    void belongsToItsClusterUntilItSaysThatNothingIsLeft() throws Exception {
        leave();
        assertThat(phase("host")).isEqualTo("Leaving");
        assertThat(get("host").at("/status/cluster").asText()).isEqualTo("prod");
        assertThat(phase("node")).isEqualTo("Leaving");
        assertThat(refused(() -> fixture.apply(cluster("other", "w-3", "w-2")))).containsExactly("HOST_TAKEN");
        assertThat(refused(() -> delete("host", "w-2"))).containsExactly("HOST_TAKEN");
        assertThat(fixture.audit.entries())
                .anyMatch(entry ->
                        entry.action().equals("host.leave") && entry.toString().contains("w-2"));

        fixture.connected("w-2", revision("w-2"));
        assertThat(phase("host")).isEqualTo("Spare");
        assertThat(get("host").at("/status/cluster").isMissingNode()).isTrue();
        assertThat(refused(() -> fixture.json("node", "w-2"))).containsExactly("RESOURCE_NOT_FOUND");
        var unused = fixture.apply(cluster("other", "w-3", "w-2"));
        await().until(() -> fixture.desired
                .get(LEAVER)
                .flatMap(DesiredState::node)
                .filter(node -> node.cluster().value().equals("other"))
                .isPresent());
    }

    @Test
    void showsWhatKeepsItFromBeingBare() throws Exception {
        leave();
        fixture.report("w-2", 1, "plan", "STARTED", Optional.empty());
        var problem = new ReportedProblem("HOST_NOT_BARE", "/var/lib/kubelet/x is mounted", "Look.", "mount", false);
        fixture.report("w-2", 2, "leave.files", "HALTED", Optional.of(problem));
        assertThat(phase("host")).isEqualTo("Halted");
        assertThat(get("host").at("/status/problem/code").asText()).isEqualTo("HOST_NOT_BARE");
        assertThat(get("node").at("/status/conditions").toString()).contains("HOST_NOT_BARE");
    }

    @Test
    void isTheNodeThatItWasIfItIsNamedAgain() throws Exception {
        var was = fixture.desired.get(LEAVER).flatMap(DesiredState::node).orElseThrow();
        leave();
        var unused = fixture.apply(PROD);
        await().until(() ->
                fixture.desired.get(LEAVER).flatMap(DesiredState::node).equals(Optional.of(was)));
        assertThat(revision("w-2")).isGreaterThan(new Revision(2));
    }
}
