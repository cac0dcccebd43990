package io.keelson.cli.fleet;

import static io.keelson.cli.RecordedServer.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServer;
import io.keelson.cli.RecordedServerFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitCommandTest extends RecordedServerFixture {
    private static void cluster(RecordedServer server, String ready, String message) {
        server.state(RecordedServer.resource("Cluster", "prod", """
                {"kind":"Cluster","metadata":{"name":"prod"},"spec":{"bundle":"kubernetes-1.20.2-1"},
                 "status":{"phase":"%s","conditions":[{"type":"Ready","status":"%s","message":"%s"}]}}
                """.formatted(ready, ready, message)));
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
}
