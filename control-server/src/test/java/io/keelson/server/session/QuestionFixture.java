package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.keelson.fleet.HostId;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.Answer;
import io.keelson.proto.agent.v1.EtcdUsage;
import io.keelson.proto.agent.v1.Question;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.server.TestAgent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A server that asks, and hosts whose answers are the test. */
abstract class QuestionFixture extends AgentFixture {
    static final Duration LIMIT = Duration.ofSeconds(20);
    static final EtcdUsage USAGE = EtcdUsage.newBuilder().setKeys(7).build();

    void connect() {
        a.hello();
        await().atMost(PATIENCE).until(() -> server.questions.reaches(A));
    }

    CompletableFuture<EtcdUsage> ask(HostId host) {
        return ask(server.questions, host, LIMIT);
    }

    static CompletableFuture<EtcdUsage> ask(QuestionDesk desk, HostId host, Duration limit) {
        return asking(() -> desk.etcdUsage(host, limit));
    }

    static <T> CompletableFuture<T> asking(Supplier<T> question) {
        var answer = new CompletableFuture<T>();
        Thread.startVirtualThread(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    static List<Question> questions(TestAgent agent) {
        return agent.received.stream()
                .filter(ServerMessage::hasQuestion)
                .map(ServerMessage::getQuestion)
                .toList();
    }

    Question asked(int number) {
        await().atMost(PATIENCE).until(() -> questions(a).size() == number);
        return questions(a).getLast();
    }

    static void answer(TestAgent agent, Question question, Answer.Builder answer) {
        agent.send(AgentMessage.newBuilder()
                .setAnswer(answer.setId(question.getId()))
                .build());
    }

    static ProblemException refusal(CompletableFuture<?> answer) {
        var failed = catchThrowableOfType(ExecutionException.class, () -> answer.get(20, TimeUnit.SECONDS));
        if (failed.getCause() instanceof ProblemException refusal) {
            return refusal;
        }
        throw new AssertionError("not a problem", failed);
    }

    static void refused(CompletableFuture<?> answer, ProblemCode code, String what) {
        var refusal = refusal(answer);
        assertThat(refusal.problem().code()).isEqualTo(code);
        assertThat(refusal.problem().what()).contains(what);
    }
}
