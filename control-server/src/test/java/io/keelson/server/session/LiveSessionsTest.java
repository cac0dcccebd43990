package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.keelson.fleet.HostId;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Role;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.EtcdReport;
import io.keelson.proto.agent.v1.Hello;
import io.keelson.proto.agent.v1.PlanFinished;
import io.keelson.proto.agent.v1.Report;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.StepPhase;
import io.keelson.proto.agent.v1.StepReport;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.TestAgent;
import io.keelson.server.desired.Obeyed;
import io.keelson.server.observed.ObservedHost;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveSessionsTest extends AgentFixture {
    private static Report step(String spool, long sequence) {
        return Report.newBuilder()
                .setSpool(spool)
                .setSequence(sequence)
                .setRevision(1)
                .setStep(StepReport.newBuilder().setStep("etcd").setPhase(StepPhase.STEP_PHASE_DONE))
                .build();
    }

    @Test
    void agentIsGreetedToldWhatItIsToBeAndToldAgainWhenThatChanges() {
        assign("a", Role.WORKER);
        a.hello();
        await().atMost(PATIENCE).until(() -> a.orders().size() == 1);
        assertThat(a.received.getFirst().hasWelcome()).isTrue();
        assertThat(a.orders().getFirst().getNode().getNode()).isEqualTo("a");
        assertThat(a.orders().getFirst().getEpoch())
                .isEqualTo(server.leadership.require().value());
        server.desired.decide(server.leadership.require(), A, Optional.empty());
        await().atMost(PATIENCE).until(() -> a.orders().size() == 2);
        assertThat(a.orders().getLast().getRevision()).isEqualTo(2);
        assertThat(a.orders().getLast().hasBare()).isTrue();
    }

    @Test
    void orderIsSentAnewUntilTheHostSaysThatItIsCarriedOut() {
        assign("a", Role.WORKER);
        a.hello();
        await().atMost(PATIENCE).until(() -> a.orders().size() == 1);
        passed = LiveSessions.AGAIN;
        a.heartbeat();
        server.sessions.orderAgain();
        await().atMost(PATIENCE).until(() -> a.orders().size() == 2);
        assertThat(a.orders().getLast().getRevision()).isEqualTo(1);
        assertThat(a.orders().getLast().getIssuedMillis()
                        - a.orders().getFirst().getIssuedMillis())
                .isGreaterThanOrEqualTo(300_000);

        a.report(Report.newBuilder()
                .setSpool("s")
                .setSequence(1)
                .setRevision(1)
                .setPlanFinished(PlanFinished.newBuilder().setOutcome(PlanFinished.Outcome.OUTCOME_CONVERGED))
                .build());
        await().atMost(PATIENCE).until(() -> a.received.stream().anyMatch(ServerMessage::hasReportAck));
        server.sessions.orderAgain();
        a.report(step("s", 2));
        await().atMost(PATIENCE)
                .until(() ->
                        a.received.stream().filter(ServerMessage::hasReportAck).count() == 2);
        assertThat(a.orders()).hasSize(2);
    }

    @Test
    void theLevelOfAHostIsKnownAsSoonAsItCameToIt() {
        var level = new OsSpec(new BundleName("debian-12-2026.11"), Digest.of(new byte[] {1}), 0);
        a.hello();
        await().atMost(PATIENCE).until(() -> server.sessions.connected().contains(A));
        server.desired.decideOs(server.leadership.require(), A, Optional.of(level), Obeyed.NOTHING);
        await().atMost(PATIENCE).until(() -> a.orders().size() == 1);
        assertThat(a.orders().getFirst().getOs().getLevel()).isEqualTo("debian-12-2026.11");
        assertThat(a.orders().getFirst().hasUnassigned()).isTrue();

        a.report(Report.newBuilder()
                .setSpool("s")
                .setSequence(1)
                .setRevision(1)
                .setPlanFinished(PlanFinished.newBuilder()
                        .setOutcome(PlanFinished.Outcome.OUTCOME_CONVERGED)
                        .setOsLevel("debian-12-2026.11"))
                .build());
        await().atMost(PATIENCE).until(() -> a.received.stream().anyMatch(ServerMessage::hasReportAck));
        assertThat(server.observed.get(A).orElseThrow().level()).contains(level.level());

        a.report(Report.newBuilder()
                .setSpool("s")
                .setSequence(2)
                .setRevision(1)
                .setPlanFinished(PlanFinished.newBuilder()
                        .setOutcome(PlanFinished.Outcome.OUTCOME_CONVERGED)
                        .setOsLevel("../level"))
                .build());
        await().atMost(PATIENCE).until(() -> a.broken() != null);
        assertThat(TestAgent.code(a.broken())).isEqualTo("RESOURCE_INVALID");
        assertThat(server.observed.get(A).orElseThrow().level()).contains(level.level());
    }

    @Test
    void hostHearsNothingOfAnother() {
        a.hello();
        b.hello();
        await().atMost(PATIENCE).until(() -> server.sessions.connected().size() == 2);
        assign("a", Role.WORKER);
        await().atMost(PATIENCE).until(() -> a.orders().size() == 1);
        assertThat(b.orders()).isEmpty();
    }

    @Test
    void reportIsStoredOnceAndAcknowledgedEachTime() {
        a.hello();
        a.report(step("s", 1));
        a.report(step("s", 1));
        await().atMost(PATIENCE)
                .until(() ->
                        a.received.stream().filter(ServerMessage::hasReportAck).count() == 2);
        assertThat(server.observed.events(A, 10)).hasSize(1);
        assertThat(server.observed.events(new HostId("b"), 10)).isEmpty();
    }

    @Test
    void firstMessageMustBeHelloAndOnlyTheFirst() {
        a.hello();
        await().atMost(PATIENCE).until(() -> !a.received.isEmpty());
        a.send(AgentMessage.newBuilder().setHello(Hello.getDefaultInstance()).build());
        await().atMost(PATIENCE).until(() -> a.broken() != null);
        assertThat(TestAgent.code(a.broken())).isEqualTo("RESOURCE_INVALID");
        await().atMost(PATIENCE).until(() -> server.sessions.connected().isEmpty());
    }

    @Test
    void newerSessionOfAHostEndsTheOlder() {
        a.hello();
        await().atMost(PATIENCE).until(() -> !a.received.isEmpty());
        var again = new StreamObserver<ServerMessage>() {
            @Override
            public void onNext(ServerMessage message) {}

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {}
        };
        a.streams()
                .session(again)
                .onNext(AgentMessage.newBuilder()
                        .setHello(Hello.newBuilder().setAgentVersion("0.2.0"))
                        .build());
        await().atMost(PATIENCE).until(() -> a.broken() != null);
        assertThat(Status.fromThrowable(a.broken()).getCode()).isEqualTo(Status.Code.ABORTED);
        var seen = server.observed.get(A).orElseThrow();
        assertThat(seen.agentVersion()).isEqualTo("0.2.0");
        assertThat(seen.connected(clock.instant())).isTrue();
    }

    @Test
    void silentSessionIsEnded() {
        a.hello();
        await().atMost(PATIENCE).until(() -> !a.received.isEmpty());
        assertThat(server.observed.get(A).orElseThrow().connected(clock.instant()))
                .isTrue();
        passed = LiveSessions.SILENCE.plusSeconds(1);
        await().atMost(PATIENCE).until(() -> a.broken() != null);
        await().atMost(PATIENCE)
                .until(() -> !server.observed.get(A).orElseThrow().connected(clock.instant()));
    }

    @Test
    void whatAnAgentSaysOfItsEtcdMemberIsKeptAndNonsenseEndsTheSession() {
        a.hello();
        a.send(AgentMessage.newBuilder()
                .setEtcd(EtcdReport.newBuilder().setIncarnation(1))
                .build());
        await().atMost(PATIENCE)
                .until(() -> server.observed.get(A).flatMap(ObservedHost::etcd).isPresent());
        assertThat(server.observed.get(A).orElseThrow().etcdCurrent()).isTrue();
        a.send(AgentMessage.newBuilder()
                .setEtcd(EtcdReport.newBuilder().setIncarnation(-1))
                .build());
        await().atMost(PATIENCE).until(() -> a.broken() != null);
        assertThat(TestAgent.code(a.broken())).isEqualTo("RESOURCE_INVALID");
        assertThat(server.observed.get(A).orElseThrow().etcd().orElseThrow().incarnation())
                .isEqualTo(1);
    }
}
