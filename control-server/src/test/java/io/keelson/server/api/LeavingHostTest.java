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
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.DeleteRequest;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.drain.Emptying;
import io.keelson.server.observed.ReportedProblem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
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
        List.of("cp-a", "cp-b", "cp-c", "w-1", "w-2").forEach(host -> fixture.agents.connected(host, revision(host)));
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

        fixture.agents.connected("w-2", revision("w-2"));
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
        fixture.agents.report("w-2", 1, "plan", "STARTED", Optional.empty());
        var problem = new ReportedProblem("HOST_NOT_BARE", "/var/lib/kubelet/x is mounted", "Look.", "mount", false);
        fixture.agents.report("w-2", 2, "leave.files", "HALTED", Optional.of(problem));
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

    private static Emptying.Blocked blocked() {
        return new Emptying.Blocked(List.of(Problem.error(
                ProblemCode.NODE_NOT_EMPTY,
                "pod shop/web-1 is kept by budget shop/web",
                Remedy.advise("Ask its owner.", "kubectl -n shop describe pdb web"))));
    }

    private void smaller() {
        var unused = fixture.apply(SMALLER);
    }

    private void awaitPhase(String phase) {
        await().until(() -> phase("host").equals(phase));
    }

    private boolean isNode() {
        return fixture.desired.get(LEAVER).flatMap(DesiredState::node).isPresent();
    }

    @Test
    void isEmptiedBeforeItIsToldToLeave() throws Exception {
        fixture.exits.answer = new Emptying.UnderWay(List.of("pod shop/web-1 ends soon"));
        smaller();
        awaitPhase("Draining");
        await().until(() ->
                get("host").at("/status/departure/waitsFor/0").asText().contains("web-1"));
        assertThat(phase("node")).isEqualTo("Draining");
        assertThat(isNode()).isTrue();
        assertThat(fixture.exits.calls).contains("empty w-2").doesNotContain("delete w-2");
        await().until(() -> Collections.frequency(fixture.exits.calls, "empty w-2") > 2);
        assertThat(fixture.exits.wishes)
                .as("one wish, however often it is said")
                .hasSize(1);
        assertThat(new ObjectMapper()
                        .readTree(fixture.json("cluster", "prod"))
                        .at("/status/phase")
                        .asText())
                .as("its other hosts are what they are to be, or come to it")
                .isIn("Ready", "Installing");

        fixture.exits.answer = new Emptying.Done(List.of());
        await().until(() -> !isNode());
        awaitPhase("Leaving");
        assertThat(fixture.exits.calls).noneMatch(call -> call.contains("delete"));
        fixture.agents.connected("w-2", revision("w-2"));
        await().until(() -> fixture.exits.calls.contains("delete w-2"));
        await().until(() -> fixture.departures.all().isEmpty());
        assertThat(phase("host")).isEqualTo("Spare");
    }

    @Test
    void servesOnWhenItDoesNotComeToBeEmptyAndSaysWhy() throws Exception {
        fixture.exits.answer = blocked();
        smaller();
        awaitPhase("DrainBlocked");
        assertThat(isNode()).isTrue();
        await().until(() -> fixture.exits.calls.contains("keep w-2"));
        var departure = get("host").at("/status/departure");
        assertThat(departure.at("/problems/0/what").asText()).contains("budget shop/web");
        assertThat(departure.at("/problems/0/command").asText()).contains("describe pdb web");
        assertThat(departure.at("/tries").asInt()).isEqualTo(1);
        assertThat(Instant.parse(departure.at("/nextTry").asText()))
                .isBetween(Instant.now().minusSeconds(1), Instant.now().plusSeconds(61));
        assertThat(fixture.json("cluster", "prod")).contains("budget shop/web");
        assertThat(get("host").at("/status/conditions").toString()).contains("DrainBlocked");

        // It is to stay after all.
        fixture.exits.calls.clear();
        var unused = fixture.apply(PROD);
        await().until(() -> fixture.departures.all().isEmpty());
        assertThat(fixture.exits.calls).contains("keep w-2");
        assertThat(phase("host")).isEqualTo("Ready");
    }

    @Test
    void isForgottenOnlyWhenItsNodeIsGoneAndTakesPodsAgainIfItStays() {
        fixture.exits.answers = false;
        leave();
        fixture.agents.connected("w-2", revision("w-2"));
        await().until(() -> fixture.exits.calls.contains("would delete w-2"));
        assertThat(fixture.departures.all()).hasSize(1);
        fixture.exits.answers = true;
        await().until(() -> fixture.departures.all().isEmpty());
    }
}
