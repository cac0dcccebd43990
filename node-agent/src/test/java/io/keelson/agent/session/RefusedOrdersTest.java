package io.keelson.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.stub.StreamObserver;
import io.keelson.problem.ProblemCode;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.PlanFinished.Outcome;
import io.keelson.proto.agent.v1.Report;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.SignedOrder;
import io.keelson.proto.agent.v1.StepPhase;
import io.keelson.trust.pki.CertificateAuthority;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the server hears of orders that the agent does not obey. */
final class RefusedOrdersTest extends SessionFixture {
    private static final TestDirector STRANGER =
            TestDirector.of(CertificateAuthority.create("stranger", Duration.ofDays(1), Instant.now()), Instant.now());

    private void obeys(StreamObserver<ServerMessage> down, long revision) {
        down.onNext(TestDirector.TRUSTED.message(Orders.worker(5, revision, "a")));
        await().until(() -> orders.current().revision().value() == revision);
    }

    private static Report report(TestServer server) throws InterruptedException {
        return hears(server, AgentMessage::hasReport).getReport();
    }

    private static void assertRefused(Report report, ProblemCode code, long obeyed) {
        assertThat(report.getPlanFinished().getOutcome()).isEqualTo(Outcome.OUTCOME_HALTED);
        assertThat(report.getPlanFinished().getProblem().getCode()).isEqualTo(code.name());
        assertThat(report.getPlanFinished().getProblem().getAdvice()).isNotBlank();
        assertThat(report.getRevision())
                .as("what the host obeys, not what it was told to")
                .isEqualTo(obeyed);
    }

    @Test
    void tellsTheServerOfEachKindOfRefusalOnceInASession() throws InterruptedException {
        try (var server = new TestServer()) {
            start(TestServer.identity(1, server.endpoint()));
            var down = server.sessions.take();
            obeys(down, 7);
            for (int i = 0; i < 20; i++) {
                down.onNext(STRANGER.message(Orders.worker(5, 8 + i, "b")));
            }
            down.onNext(TestDirector.TRUSTED.message(
                    Orders.worker(5, 8, "b").toBuilder().setHost("host-2").build()));
            assertRefused(report(server), ProblemCode.ORDER_UNTRUSTED, 7);
            assertRefused(report(server), ProblemCode.ORDER_MISADDRESSED, 7);
            assertThat(spool.size()).isEqualTo(2);
        }
    }

    @Test
    void tellsItAgainInTheNextSession() throws InterruptedException {
        try (var second = new TestServer()) {
            var first = new TestServer();
            start(TestServer.identity(1, first.endpoint(), second.endpoint()));
            var down = first.sessions.take();
            obeys(down, 7);
            down.onNext(STRANGER.message(Orders.worker(5, 8, "b")));
            var report = report(first);
            assertRefused(report, ProblemCode.ORDER_UNTRUSTED, 7);
            down.onNext(acknowledge(report.getSpool(), report.getSequence()));
            await().until(() -> spool.size() == 0);
            first.close();

            second.sessions.take().onNext(STRANGER.message(Orders.worker(5, 8, "b")));
            assertRefused(report(second), ProblemCode.ORDER_UNTRUSTED, 7);
        }
    }

    @Test
    void looksAtTheHostOnceMoreWhenAnOrderIsAcceptedAgainSoThatTheServerForgetsTheRefusal()
            throws InterruptedException {
        try (var server = new TestServer()) {
            start(TestServer.identity(1, server.endpoint()));
            var down = server.sessions.take();
            obeys(down, 7);
            down.onNext(STRANGER.message(Orders.worker(5, 8, "b")));
            assertRefused(report(server), ProblemCode.ORDER_UNTRUSTED, 7);
            assertThat(news).hasValue(1);

            down.onNext(TestDirector.TRUSTED.message(Orders.worker(5, 7, "a")));
            await().until(() -> news.get() == 2);
            down.onNext(TestDirector.TRUSTED.message(Orders.worker(5, 7, "a")));
            obeys(down, 8);
            assertThat(news).as("the same again is no news").hasValue(3);
        }
    }

    @Test
    void warnsOnlyOfAnOrderThatIsOlderThanWhatItObeys() throws InterruptedException {
        try (var server = new TestServer()) {
            start(TestServer.identity(1, server.endpoint()));
            var down = server.sessions.take();
            obeys(down, 7);
            down.onNext(TestDirector.TRUSTED.message(Orders.worker(5, 6, "b")));
            var report = report(server);
            assertThat(report.getStep().getPhase()).isEqualTo(StepPhase.STEP_PHASE_PROGRESS);
            assertThat(report.getStep().getProblem().getCode()).isEqualTo("HOST_REVISION_STALE");
            assertThat(report.getStep().getProblem().getWarning()).isTrue();
            obeys(down, 8);
            await().untilAsserted(() -> assertThat(news).hasValue(2));
        }
    }

    @Test
    void doesNotObeyWhatNobodyHasSigned() throws InterruptedException {
        try (var server = new TestServer()) {
            start(TestServer.identity(1, server.endpoint()));
            var down = server.sessions.take();
            down.onNext(ServerMessage.newBuilder()
                    .setOrder(SignedOrder.newBuilder()
                            .setPayload(Orders.worker(5, 7, "a").toByteString()))
                    .build());
            assertRefused(report(server), ProblemCode.ORDER_UNTRUSTED, 0);
            assertThat(orders.current()).isEqualTo(Assignment.NONE);
            assertThat(directory.resolve("state.json")).doesNotExist();
        }
    }
}
