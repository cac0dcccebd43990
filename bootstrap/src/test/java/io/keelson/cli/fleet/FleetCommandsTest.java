package io.keelson.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServer;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.ApplyRequest;
import io.keelson.proto.operator.v1.CreateJoinTokenRequest;
import io.keelson.proto.operator.v1.DeleteRequest;
import io.keelson.proto.operator.v1.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FleetCommandsTest {
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

    @TempDir
    Path directory;

    private RecordedServer server;
    private Path config;

    @BeforeEach
    void start() throws IOException {
        server = RecordedServer.start();
        config = server.contextIn(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void twoHosts() {
        server.state(
                RecordedServer.resource("Host", "cp-a", HOST_A),
                RecordedServer.resource("Host", "worker-long-name", HOST_B));
    }

    private static void cluster(RecordedServer server, String ready, String message) {
        server.state(RecordedServer.resource("Cluster", "prod", """
                {"kind":"Cluster","metadata":{"name":"prod"},"spec":{"bundle":"kubernetes-1.20.2-1"},
                 "status":{"phase":"%s","conditions":[{"type":"Ready","status":"%s","message":"%s"}]}}
                """.formatted(ready, ready, message)));
    }

    private static Event step(String host, String step, String phase, long millis) {
        return Event.newBuilder()
                .setSource(host)
                .setSubject(step)
                .setPhase(phase)
                .setElapsedMillis(millis)
                .setWaitMillis(millis / 2)
                .build();
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
    void waitTellsWhichHostIsAtWhichStepAndEndsWhenItIsSo() {
        cluster(server, "False", "1 of 3 nodes");
        cluster(server, "True", "");
        server.event(step("cp-a", "etcd.member", "started", 0));

        var called = Invocation.with(config, "wait", "cluster/prod", "--timeout", "20s");

        assertThat(called.status()).isZero();
        assertThat(called.out()).isEqualTo("cluster/prod: condition met\n");
        assertThat(called.err()).contains("Ready is False: 1 of 3 nodes").contains("cp-a: etcd.member started");
    }

    @ParameterizedTest
    @CsvSource({"status.phase=True", "condition=ready", "condition=Ready=true", "jsonpath='{.status.phase}'=True"})
    void waitUnderstandsWhatKubectlUsersWrite(String expectation) {
        cluster(server, "True", "");

        assertThat(Invocation.with(config, "wait", "cluster/prod", "--for", expectation, "--timeout", "5s")
                        .status())
                .isZero();
    }

    @Test
    void waitForDeletionEndsWhenItIsGone() {
        cluster(server, "True", "");
        server.state();

        var called = Invocation.with(config, "wait", "cluster/prod", "--for", "delete", "--timeout", "20s");

        assertThat(called.out()).isEqualTo("cluster/prod: deleted\n");
    }

    @Test
    void waitOutlivesAServerThatIsAwayForAMoment() {
        cluster(server, "True", "");
        for (int i = 0; i < 4; i++) {
            server.refuseBare(io.grpc.Status.UNAVAILABLE.withDescription("restarting"));
        }

        var called = Invocation.with(config, "wait", "cluster/prod", "--timeout", "30s");

        assertThat(called.status()).isZero();
        assertThat(called.err()).contains("trying again");
    }

    @Test
    void waitForWhatDoesNotExistFailsAtOnce() {
        var called = Invocation.with(config, "wait", "cluster/prod", "--timeout", "5m");

        assertThat(called.status()).isEqualTo(1);
        assertThat(called.err()).contains("RESOURCE_NOT_FOUND");
    }

    @Test
    void kubeconfigIsForItsOwnerOnly() throws IOException {
        var file = directory.resolve("sub/prod.kubeconfig");

        var called = Invocation.with(config, "kubeconfig", "prod", "-o", file.toString());

        assertThat(called.out()).isEmpty();
        assertThat(Files.readString(file)).contains("current-context: prod");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Invocation.with(config, "kubeconfig", "prod").out()).contains("https://192.0.2.10:7445");
        assertThat(Invocation.with(config, "kubeconfig", "prod", "--merge", "-o", "x")
                        .status())
                .isEqualTo(64);
    }

    @Test
    void mergingKeepsOtherClustersAndReplacesItsOwn() throws IOException {
        var file = directory.resolve("config");
        Files.writeString(file, """
                apiVersion: v1
                clusters: [{name: old, cluster: {server: a}}, {name: prod, cluster: {server: stale}}]
                current-context: old
                """);

        new KubeconfigFile(file).merge("""
                        clusters: [{name: prod, cluster: {server: fresh}}]
                        users: [{name: u, user: {}}]
                        contexts: [{name: prod, context: {}}]
                        current-context: prod
                        """);

        assertThat(Files.readString(file))
                .contains("server: fresh", "name: old", "current-context: prod")
                .doesNotContain("stale");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void tokenGoesToStandardOutputAndTheRestDoesNot() {
        var called = Invocation.with(config, "token", "create", "--hostname", "cp-a", "--ttl", "5m");

        assertThat(called.out()).isEqualTo("kjt1.joins.secret.hash\n");
        assertThat(called.err())
                .contains("keelson-agent join --server 192.0.2.10:7443 --token-file")
                .doesNotContain("secret");
        var request = server.asked(CreateJoinTokenRequest.class);
        assertThat(request.getHostname()).isEqualTo("cp-a");
        assertThat(request.getTtlSeconds()).isEqualTo(300);
    }

    @Test
    void tokenInAFileIsForItsOwnerOnlyAndNowhereElse() throws IOException {
        var file = directory.resolve("token");

        var called = Invocation.with(config, "token", "create", "--out", file.toString(), "-o", "json");

        assertThat(called.out()).contains("\"tokenFile\"").doesNotContain("secret");
        assertThat(Files.readString(file)).isEqualTo("kjt1.joins.secret.hash\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void tokenThatLivesTooLongIsWrongUse() {
        assertThat(Invocation.with(config, "token", "create", "--ttl", "25h").status())
                .isEqualTo(64);
        assertThat(server.asked).isEmpty();
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
