package io.keelson.cli.fleet;

import static io.keelson.cli.RecordedServer.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServer;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.ApplyRequest;
import io.keelson.proto.operator.v1.DeleteRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetCommandsTest extends RecordedServerFixture {
    private static final String HOST_A = """
            {"apiVersion":"keelson.io/v1alpha1","kind":"Host","metadata":{"name":"cp-a"},
             "spec":{"zone":"a","address":"192.0.2.11"},
             "status":{"cluster":"prod","step":"etcd.member","agentVersion":"0.1.0",
               "conditions":[{"type":"Connected","status":"True","reason":"Session","message":"","lastTransitionTime":"2026-11-01T12:00:00Z"}]}}
            """;
    private static final String HOST_B = """
            {"apiVersion":"keelson.io/v1alpha1","kind":"Host","metadata":{"name":"worker-long-name"},
             "spec":{"zone":"b","address":"192.0.2.12"},"status":{}}
            """;

    private void twoHosts() {
        server.state(
                RecordedServer.resource("Host", "cp-a", HOST_A),
                RecordedServer.resource("Host", "worker-long-name", HOST_B));
    }

    private static String golden(String name) throws IOException {
        try (var in = FleetCommandsTest.class.getResourceAsStream("/golden/" + name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"table", "wide", "json", "yaml", "name"})
    void getWritesEveryFormat(String format) throws IOException {
        twoHosts();

        var called = Invocation.with(config, "get", "hosts", "-o", format);

        assertThat(called.status()).isZero();
        assertThat(called.err()).isEmpty();
        assertThat(called.out()).isEqualTo(golden("hosts." + format));
    }

    @Test
    void getOfOneWritesTheResourceItself() throws IOException {
        twoHosts();

        assertThat(Invocation.with(config, "get", "host", "cp-a", "-o", "yaml").out())
                .isEqualTo(golden("host.yaml"));
        assertThat(Invocation.with(config, "get", "host/cp-a", "-o", "name").out())
                .isEqualTo("host/cp-a\n");
    }

    @Test
    void getOfNothingIsNotFound() {
        var called = Invocation.with(config, "get", "host", "gone");

        assertThat(called.status()).isEqualTo(1);
        assertThat(called.err()).contains("RESOURCE_NOT_FOUND").contains("next: keelson get host");
    }

    @Test
    void applySendsTheFileAsItIsAndShowsWarnings() throws IOException {
        var file = Files.writeString(directory.resolve("cluster.yaml"), "kind: Cluster # as it is\n");
        server.warn(Problem.warning(ProblemCode.CLUSTER_ZONES_SHARED, "cp-a and cp-b", Remedy.advise("Move one.")));

        var called = Invocation.with(config, "apply", "-f", file.toString(), "--dry-run");

        assertThat(called.out()).isEqualTo("cluster/prod created (dry run)\n");
        assertThat(called.err()).startsWith("warning CLUSTER_ZONES_SHARED: cp-a and cp-b");
        var request = server.asked(ApplyRequest.class);
        assertThat(request.getManifest().toStringUtf8()).isEqualTo("kind: Cluster # as it is\n");
        assertThat(request.getDryRun()).isTrue();
    }

    @Test
    void applyOfNoFileAsksNothing() {
        var called = Invocation.with(
                config, "apply", "-f", directory.resolve("none.yaml").toString());

        assertThat(called.status()).isEqualTo(1);
        assertThat(called.err()).contains("RESOURCE_INVALID").contains("none.yaml");
        assertThat(server.asked).isEmpty();
    }

    @Test
    void deleteNamesWhatItDeletes() {
        assertThat(Invocation.with(config, "delete", "cluster", "prod").out()).isEqualTo("cluster/prod deleted\n");
        assertThat(server.asked(DeleteRequest.class).getName()).isEqualTo("prod");
    }

    @Test
    void describeShowsAllAboutOne() {
        twoHosts();
        server.event(step("cp-a", "etcd.member", "done", 12_000));

        var called = Invocation.with(config, "describe", "host", "cp-a");

        assertThat(called.out())
                .contains("Name:     cp-a", "Spec:\n  zone: a", "Status:\n  cluster: prod", "Conditions:", "Connected")
                .containsPattern("cp-a +etcd.member +done +12s, wait 6.0s")
                .doesNotContain("- type:");
    }

    @Test
    void eventsKeepTheirDurationsInJson() {
        server.event(step("cp-a", "etcd.member", "done", 12_000));

        assertThat(Invocation.with(config, "events", "host", "cp-a", "-o", "json")
                        .out())
                .contains("\"elapsedMillis\" : 12000", "\"waitMillis\" : 6000");
        assertThat(Invocation.with(config, "events", "host", "cp-a").out()).contains("12s, wait 6.0s");
    }

    @Test
    void statusNamesServerAndLeader() {
        assertThat(Invocation.with(config, "server", "status").out())
                .containsPattern("server: +ctl-a")
                .containsPattern("leader: +ctl-b");
        assertThat(Invocation.with(config, "server", "status", "-o", "json").out())
                .contains("\"epoch\" : 7");
    }
}
