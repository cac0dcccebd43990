package io.keelson.server.api;

import static io.keelson.server.api.OperatorFixture.cluster;
import static io.keelson.server.api.OperatorFixture.codes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.keelson.fleet.HostId;
import io.keelson.proto.operator.v1.EventsRequest;
import io.keelson.proto.operator.v1.GetRequest;
import io.keelson.proto.operator.v1.GetResponse;
import io.keelson.server.observed.ReportedProblem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourcesTest {
    private static final String PROD = cluster("prod", "cp-a, cp-b, cp-c", "w-1");
    private static final ReportedProblem PORT =
            new ReportedProblem("HOST_PORT_TAKEN", "port 6443 is taken", "Stop the program.", "ss -ltnp", false);

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

    private JsonNode get(String kind, String name) throws Exception {
        return new ObjectMapper().readTree(fixture.json(kind, name));
    }

    private static String condition(JsonNode resource, String type) {
        for (var condition : resource.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText();
            }
        }
        throw new AssertionError("no condition " + type + " in " + resource);
    }

    private void assigned() {
        fixture.apply(PROD);
        fixture.loop.start();
        await().until(() -> fixture.desired.all().size() == 4);
    }

    private void converge(String... hosts) {
        for (var host : hosts) {
            var revision = fixture.desired.get(new HostId(host)).orElseThrow().revision();
            fixture.agents.connected(host, revision);
        }
    }

    @Test
    void answersByAnyNameOfAKind() {
        for (var kind : List.of("host", "hosts", "ho", "Hosts")) {
            var answer = fixture.operator.get(fixture.all(kind));
            assertThat(answer.getKind()).isEqualTo("Host");
            assertThat(answer.getResourcesList()).hasSize(6);
        }
        for (var kind : List.of("cluster", "clusters", "cl", "node", "nodes", "no")) {
            assertThat(fixture.operator.get(fixture.all(kind)).getResourcesList())
                    .isEmpty();
        }
        for (var kind : List.of("bundle", "bundles")) {
            assertThat(fixture.operator.get(fixture.all(kind)).getResourcesList())
                    .hasSize(1);
        }
        var unknown =
                catchThrowableOfType(StatusRuntimeException.class, () -> fixture.operator.get(fixture.all("clustres")));
        assertThat(codes(unknown)).containsExactly("RESOURCE_UNKNOWN_KIND");
        var missing = catchThrowableOfType(StatusRuntimeException.class, () -> fixture.json("host", "w-99"));
        assertThat(codes(missing)).containsExactly("RESOURCE_NOT_FOUND");
    }

    @Test
    void aClusterGoesFromPendingOverInstallingToReady() throws Exception {
        fixture.apply(PROD);
        assertThat(get("cluster", "prod").at("/status/phase").asText()).isEqualTo("Pending");
        assertThat(get("host", "w-1").at("/status/phase").asText()).isEqualTo("Reserved");
        assertThat(get("host", "w-3").at("/status/phase").asText()).isEqualTo("Spare");

        fixture.loop.start();
        await().until(() -> fixture.desired.all().size() == 4);
        assertThat(get("cluster", "prod").at("/status/phase").asText()).isEqualTo("Installing");
        converge("cp-a", "cp-b", "cp-c");
        var installing = get("cluster", "prod");
        assertThat(installing.at("/status/nodesReady").asText()).isEqualTo("3/4");
        assertThat(condition(installing, "Ready")).isEqualTo("False");
        assertThat(condition(installing, "Reachable")).isEqualTo("True");

        converge("w-1");
        var ready = get("cluster", "prod");
        assertThat(ready.at("/status/phase").asText()).isEqualTo("Ready");
        assertThat(condition(ready, "Ready")).isEqualTo("True");
        var node = get("node", "w-1");
        assertThat(condition(node, "Ready")).isEqualTo("True");
        assertThat(node.at("/spec/cluster").asText()).isEqualTo("prod");
        assertThat(node.at("/spec/role").asText()).isEqualTo("worker");
        assertThat(node.at("/spec/pool").asText()).isEqualTo("default");
        assertThat(node.at("/spec/podCidr").asText()).isEqualTo("10.244.3.0/24");
    }

    @Test
    void doesNotCallAClusterReadyOfWhoseHostsSomeWaitForItsBundle() throws Exception {
        assigned();
        converge("cp-a", "cp-b", "cp-c", "w-1");
        fixture.releases.publishEtcd(fixture.bundles, "etcd-30", "3.5.30");
        fixture.apply(PROD.replace("kubernetes-1.20.2-1", "etcd-30"));
        var worker = new HostId("w-1");
        await().until(() -> fixture.desired
                .get(worker)
                .orElseThrow()
                .node()
                .orElseThrow()
                .bundle()
                .value()
                .equals("etcd-30"));
        converge("w-1");

        var waiting = get("cluster", "prod");
        assertThat(waiting.at("/status/phase").asText()).isEqualTo("Installing");
        assertThat(waiting.at("/status/nodesReady").asText()).isEqualTo("1/4");
        assertThat(condition(waiting, "Ready")).isEqualTo("False");
    }

    @Test
    void doesNotCallAClusterReadyOfWhoseHostsNobodyHears() throws Exception {
        assigned();
        converge("cp-a", "cp-b", "cp-c", "w-1");
        fixture.observed.disconnected(new HostId("w-1"), "session-of-w-1", fixture.clock.instant());

        var cluster = get("cluster", "prod");
        assertThat(cluster.at("/status/phase").asText()).isEqualTo("Degraded");
        assertThat(condition(cluster, "Ready")).isEqualTo("Unknown");
        assertThat(condition(get("host", "w-1"), "Connected")).isEqualTo("False");
    }

    @Test
    void showsTheProblemOfAHaltedHostInHostNodeAndCluster() throws Exception {
        assigned();
        converge("cp-a", "cp-b", "cp-c");
        fixture.agents.report("w-1", 1, "plan", "STARTED", Optional.empty());
        fixture.agents.report("w-1", 2, "preflight.ports", "HALTED", Optional.of(PORT));

        var cluster = get("cluster", "prod");
        assertThat(cluster.at("/status/phase").asText()).isEqualTo("Halted");
        assertThat(cluster.at("/status/halted/0/host").asText()).isEqualTo("w-1");
        assertThat(cluster.at("/status/halted/0/code").asText()).isEqualTo("HOST_PORT_TAKEN");
        assertThat(get("host", "w-1").at("/status/problem/advice").asText()).isEqualTo("Stop the program.");
        assertThat(get("node", "w-1").at("/status/phase").asText()).isEqualTo("Halted");
        assertThat(condition(cluster, "Ready")).isEqualTo("False");
    }

    @Test
    void tellsEventsOfAHostAndOfAClusterInOrder() {
        assigned();
        fixture.agents.report("w-1", 1, "plan", "STARTED", Optional.empty());
        fixture.agents.report("cp-a", 2, "plan", "STARTED", Optional.empty());
        fixture.agents.report("w-1", 3, "preflight.ports", "HALTED", Optional.of(PORT));

        var host = fixture.operator.events(
                EventsRequest.newBuilder().setKind("host").setName("w-1").build());
        assertThat(host.getEventsList()).extracting(e -> e.getPhase()).containsExactly("STARTED", "HALTED");
        assertThat(host.getEvents(1).getDetail()).isEqualTo("HOST_PORT_TAKEN: port 6443 is taken");
        assertThat(host.getEvents(0).getWaitMillis()).isEqualTo(1);
        var cluster = fixture.operator.events(EventsRequest.newBuilder()
                .setKind("cluster")
                .setName("prod")
                .setLimit(2)
                .build());
        assertThat(cluster.getEventsList()).extracting(e -> e.getSource()).containsExactly("cp-a", "w-1");
        var missing = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> fixture.operator.events(EventsRequest.newBuilder()
                        .setKind("cluster")
                        .setName("nope")
                        .build()));
        assertThat(codes(missing)).containsExactly("RESOURCE_NOT_FOUND");
    }

    @Test
    void aWatchTellsTheStateAndEveryChangeUntilItIsEnded() {
        fixture.apply(PROD);
        var seen = new CopyOnWriteArrayList<GetResponse>();
        var failures = new CopyOnWriteArrayList<Throwable>();
        var context = Context.current().withCancellation();
        context.run(() -> fixture.asynchronous()
                .watch(GetRequest.newBuilder().setKind("clusters").build(), new StreamObserver<>() {
                    @Override
                    public void onNext(GetResponse response) {
                        seen.add(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        failures.add(failure);
                    }

                    @Override
                    public void onCompleted() {
                        failures.add(new AssertionError("ended by the server"));
                    }
                }));
        await().until(() -> seen.size() == 1);
        assertThat(seen.getFirst().getResources(0).getJson()).contains("Pending");

        fixture.loop.start();
        await().until(() -> seen.getLast().getResources(0).getJson().contains("Installing"));
        assertThat(failures).isEmpty();
        context.cancel(null);
        await().until(() -> !failures.isEmpty());
    }

    @Test
    void aWatchOfNothingIsRefused() {
        var missing = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> fixture.operator
                        .watch(GetRequest.newBuilder()
                                .setKind("cluster")
                                .setName("nope")
                                .build())
                        .next());
        assertThat(codes(missing)).containsExactly("RESOURCE_NOT_FOUND");
        var unknown = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> fixture.operator.watch(fixture.all("foo")).next());
        assertThat(codes(unknown)).containsExactly("RESOURCE_UNKNOWN_KIND");
    }
}
