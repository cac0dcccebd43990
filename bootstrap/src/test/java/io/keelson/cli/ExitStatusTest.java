package io.keelson.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.keelson.cli.context.ContextConfig;
import io.keelson.cli.context.ContextFile;
import io.keelson.cli.context.ServerContext;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExitStatusTest extends RecordedServerFixture {
    @Test
    void doneIsZero() {
        assertThat(Invocation.with(config, "server", "status").status()).isZero();
    }

    @Test
    void refusalIsOneAndIsExplainedOnStandardError() {
        server.refuse(
                Status.FAILED_PRECONDITION,
                Problem.error(
                        ProblemCode.CLUSTER_UNKNOWN,
                        "there is no cluster 'prd'",
                        Remedy.advise("Choose one that exists.", "keelson get clusters")));

        var called = Invocation.with(config, "delete", "cluster", "prd");

        assertThat(called.status()).isEqualTo(1);
        assertThat(called.out()).isEmpty();
        assertThat(called.err()).isEqualToNormalizingNewlines("""
                        error CLUSTER_UNKNOWN: there is no cluster 'prd'
                          why:  There is no cluster of that name.
                          do:   Choose one that exists.
                          next: keelson get clusters
                        """);
    }

    @Test
    void wrongUseIsSixtyFourAndSuggestsWhatWasMeant() {
        var misspelt = Invocation.of("aply");
        assertThat(misspelt.status()).isEqualTo(64);
        assertThat(misspelt.err()).contains("Did you mean").contains("keelson apply");

        assertThat(Invocation.of("apply").status()).isEqualTo(64);
        assertThat(Invocation.of("wait", "prod").status()).isEqualTo(64);
        assertThat(Invocation.of("wait", "cluster/prod", "--for", "ready").status())
                .isEqualTo(64);
        assertThat(Invocation.of("wait", "cluster/prod", "--timeout", "soon").err())
                .contains("want 90s, 10m, 1h30m or 90d");
        assertThat(Invocation.of().status()).isEqualTo(64);
    }

    @Test
    void serverThatDoesNotAnswerIsSixtyNine() {
        server.close();

        var called = Invocation.with(config, "get", "hosts");

        assertThat(called.status()).isEqualTo(69);
        assertThat(called.err())
                .startsWith("error SERVER_UNREACHABLE: 127.0.0.1:")
                .contains("next:");
    }

    @Test
    void waitThatEndsFirstIsOneHundredTwentyFour() {
        server.state(RecordedServer.resource("Cluster", "prod", "{\"status\":{}}"));

        var called = Invocation.with(config, "wait", "cluster/prod", "--timeout", "1s");

        assertThat(called.status()).isEqualTo(124);
        assertThat(called.err())
                .contains("WAIT_TIMED_OUT: waited for condition Ready to be True of cluster/prod")
                .contains("next: keelson describe cluster prod");
    }

    @Test
    void missingContextIsExplained() {
        var called = Invocation.with(directory.resolve("none.yaml"), "get", "hosts");

        assertThat(called.status()).isEqualTo(1);
        assertThat(called.err()).contains("CONFIGURATION_INVALID").contains("next: keelson context list");
    }

    @Test
    void wrongTokenIsNotAuthorised() {
        new ContextFile(config).write(ContextConfig.EMPTY.with(server.context("another")));

        var called = Invocation.with(config, "get", "hosts");

        assertThat(called.status()).isEqualTo(1);
        assertThat(called.err()).contains("NOT_AUTHORISED").doesNotContain("another");
    }

    @Test
    void serverOfAnotherAuthorityIsNotBelieved() throws IOException {
        try (var other = RecordedServer.start()) {
            var mixed = new ServerContext(
                    "test", other.context().server(), server.context().ca(), "t", Optional.empty());
            new ContextFile(config).write(ContextConfig.EMPTY.with(mixed));

            var called = Invocation.with(config, "get", "hosts");

            assertThat(called.status()).isEqualTo(69);
            assertThat(called.err()).contains("did not prove to be the server of this context");
            assertThat(other.asked).isEmpty();
        }
    }

    @Test
    void hostThatPosesAsServerIsNotBelieved() throws IOException {
        try (var host = RecordedServer.startAsHost()) {
            new ContextFile(config).write(ContextConfig.EMPTY.with(host.context()));

            var called = Invocation.with(config, "get", "hosts");

            assertThat(called.status()).isEqualTo(69);
            assertThat(host.asked).isEmpty();
        }
    }

    @Test
    void surpriseIsReportedAsInternalWithoutATrace() {
        server.refuseBare(Status.INTERNAL.withDescription("oops"));

        var called = Invocation.with(config, "get", "hosts");

        assertThat(called.status()).isEqualTo(1);
        assertThat(called.err()).contains("error INTERNAL").contains("oops").doesNotContain("\tat ");
    }
}
