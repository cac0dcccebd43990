package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.MemberDisk;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.HostId;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.Answer;
import io.keelson.proto.agent.v1.EtcdDisk;
import io.keelson.proto.agent.v1.EtcdEater;
import io.keelson.proto.agent.v1.EtcdNow;
import io.keelson.proto.agent.v1.EtcdRanking;
import io.keelson.proto.agent.v1.EtcdRole;
import io.keelson.proto.agent.v1.EtcdStatus;
import io.keelson.proto.agent.v1.EtcdUsage;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.agent.v1.Question;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.server.TestAgent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class QuestionDeskTest extends AgentFixture {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final EtcdStatus STATUS = EtcdStatus.newBuilder()
            .setClusterId(1)
            .setMemberId(2)
            .setVersion("3.5.16")
            .setRole(EtcdRole.ETCD_ROLE_FOLLOWER)
            .build();
    private static final EtcdUsage USAGE = EtcdUsage.newBuilder().setKeys(7).build();

    private void connect() {
        a.hello();
        await().atMost(PATIENCE).until(() -> server.questions.reaches(A));
    }

    private CompletableFuture<EtcdUsage> ask(HostId host) {
        return ask(server.questions, host, LIMIT);
    }

    private static CompletableFuture<EtcdUsage> ask(QuestionDesk desk, HostId host, Duration limit) {
        return asking(() -> desk.etcdUsage(host, limit));
    }

    private static <T> CompletableFuture<T> asking(Supplier<T> question) {
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

    private static List<Question> questions(TestAgent agent) {
        return agent.received.stream()
                .filter(ServerMessage::hasQuestion)
                .map(ServerMessage::getQuestion)
                .toList();
    }

    private Question asked(int number) {
        await().atMost(PATIENCE).until(() -> questions(a).size() == number);
        return questions(a).getLast();
    }

    private static void answer(TestAgent agent, Question question, Answer.Builder answer) {
        agent.send(AgentMessage.newBuilder()
                .setAnswer(answer.setId(question.getId()))
                .build());
    }

    private static ProblemException refusal(CompletableFuture<?> answer) {
        var failed = catchThrowableOfType(ExecutionException.class, () -> answer.get(20, TimeUnit.SECONDS));
        if (failed.getCause() instanceof ProblemException refusal) {
            return refusal;
        }
        throw new AssertionError("not a problem", failed);
    }

    private static void refused(CompletableFuture<?> answer, ProblemCode code, String what) {
        var refusal = refusal(answer);
        assertThat(refusal.problem().code()).isEqualTo(code);
        assertThat(refusal.problem().what()).contains(what);
    }

    @Test
    void handsOverWhatTheHostAnswers() {
        connect();
        var answer = ask(A);
        var question = asked(1);
        assertThat(question.hasEtcdUsage()).isTrue();
        assertThat(question.getLimitMillis()).isEqualTo(20_000);

        answer(a, question, Answer.newBuilder().setEtcdUsage(USAGE));

        assertThat(answer).succeedsWithin(PATIENCE).isEqualTo(USAGE);
    }

    @Test
    void handsOverWhatADiskHoldsAndHowAMemberIs() {
        connect();
        var disk = asking(() -> server.questions.etcdDisk(A, LIMIT));
        var question = asked(1);
        assertThat(question.hasEtcdDisk()).isTrue();
        answer(
                a,
                question,
                Answer.newBuilder()
                        .setEtcdDisk(EtcdDisk.newBuilder()
                                .setPresent(true)
                                .setClusterId(1)
                                .setMemberId(2)
                                .setTerm(3)
                                .setIndex(9)
                                .setCommit(8)));
        assertThat(disk)
                .succeedsWithin(PATIENCE)
                .isEqualTo(Optional.of(new MemberDisk(new EtcdId(1), new EtcdId(2), 3, 9, 8, false, Optional.empty())));

        var now = asking(() -> server.questions.etcdStatus(A, LIMIT));
        question = asked(2);
        assertThat(question.hasEtcdNow()).isTrue();
        answer(a, question, Answer.newBuilder().setEtcdNow(EtcdNow.newBuilder().setStatus(STATUS)));
        assertThat(now).succeedsWithin(PATIENCE).satisfies(status -> {
            assertThat(status.orElseThrow().role()).isEqualTo(MemberStatus.Role.FOLLOWER);
            assertThat(status.orElseThrow().quorum()).isFalse();
        });

        var silent = asking(() -> server.questions.etcdStatus(A, LIMIT));
        answer(a, asked(3), Answer.newBuilder().setEtcdNow(EtcdNow.getDefaultInstance()));
        assertThat(silent).succeedsWithin(PATIENCE).isEqualTo(Optional.empty());
    }

    @Test
    void whatCannotBeSoIsNoAnswer() {
        connect();
        var disk = asking(() -> server.questions.etcdDisk(A, LIMIT));
        answer(
                a,
                asked(1),
                Answer.newBuilder().setEtcdDisk(EtcdDisk.newBuilder().setPresent(true)));
        refused(disk, ProblemCode.HOST_QUESTION_UNANSWERED, "an answer that is refused");

        var now = asking(() -> server.questions.etcdStatus(A, LIMIT));
        answer(
                a,
                asked(2),
                Answer.newBuilder()
                        .setEtcdNow(EtcdNow.newBuilder()
                                .setStatus(STATUS.toBuilder().setClusterId(0))));
        refused(now, ProblemCode.HOST_QUESTION_UNANSWERED, "an answer that is refused");

        var other = asking(() -> server.questions.etcdStatus(A, LIMIT));
        answer(a, asked(3), Answer.newBuilder().setEtcdUsage(USAGE));
        refused(other, ProblemCode.HOST_QUESTION_UNANSWERED, "something else");
    }

    @Test
    void asksAHostOneThingAtATime() {
        connect();
        var first = ask(A);
        var question = asked(1);

        refused(ask(A), ProblemCode.HOST_QUESTION_BUSY, "being asked");

        answer(a, question, Answer.newBuilder().setEtcdUsage(USAGE));
        assertThat(first).succeedsWithin(PATIENCE);
        var second = ask(A);
        answer(a, asked(2), Answer.newBuilder().setEtcdUsage(USAGE));
        assertThat(second).succeedsWithin(PATIENCE);
    }

    @Test
    void answersOfAnotherHostOrToAnotherQuestionAreNone() {
        connect();
        b.hello();
        await().atMost(PATIENCE).until(() -> server.questions.reaches(new HostId("b")));
        var waiting = ask(A);
        var question = asked(1);

        answer(
                b,
                question,
                Answer.newBuilder().setEtcdUsage(EtcdUsage.newBuilder().setKeys(666)));
        answer(
                a,
                Question.newBuilder().setId("other").build(),
                Answer.newBuilder().setEtcdUsage(EtcdUsage.newBuilder().setKeys(667)));
        b.heartbeat();
        answer(a, question, Answer.newBuilder().setEtcdUsage(USAGE));

        assertThat(waiting).succeedsWithin(PATIENCE).isEqualTo(USAGE);
        assertThat(b.broken()).isNull();
    }

    @Test
    void whatTheAgentCannotAnswerIsItsOwnProblem() {
        connect();
        var answer = ask(A);

        answer(
                a,
                asked(1),
                Answer.newBuilder()
                        .setProblem(ProblemReport.newBuilder()
                                .setCode("HOST_QUESTION_UNKNOWN")
                                .setWhat("it does not\u001b[31m know")
                                .setAdvice("Update.")));

        refused(answer, ProblemCode.HOST_QUESTION_UNKNOWN, "it does not?[31m know");
    }

    @Test
    void aCodeThatOnlyTheAgentKnowsIsStillAProblem() {
        connect();
        var answer = ask(A);

        answer(
                a,
                asked(1),
                Answer.newBuilder().setProblem(ProblemReport.newBuilder().setCode("ETCD_ON_FIRE")));

        refused(answer, ProblemCode.HOST_QUESTION_UNANSWERED, "ETCD_ON_FIRE");
    }

    @Test
    void anAgentThatAnswersNoQuestionsIsNotAsked() {
        a.answersQuestions = false;
        connect();

        refused(ask(A), ProblemCode.HOST_QUESTION_UNKNOWN, "answers no questions");
        assertThat(questions(a)).isEmpty();
    }

    @Test
    void aHostThatIsNotHereIsNotAsked() {
        refused(ask(A), ProblemCode.HOST_NOT_CONNECTED, "not connected to this server");
    }

    @Test
    void aHostThatDoesNotAnswerInTimeIsGivenUpAndMayBeAskedAgain() {
        connect();
        var desk = new QuestionDesk(server.sessions, Duration.ofMillis(50));
        refused(ask(desk, A, Duration.ofMillis(50)), ProblemCode.HOST_QUESTION_UNANSWERED, "did not answer within");
        var late = asked(1);

        var again = ask(A);
        var question = asked(2);
        answer(a, late, Answer.newBuilder().setEtcdUsage(EtcdUsage.newBuilder().setKeys(1)));
        answer(a, question, Answer.newBuilder().setEtcdUsage(USAGE));

        assertThat(again).succeedsWithin(PATIENCE).isEqualTo(USAGE);
    }

    @Test
    void anEndOfTheSessionEndsTheWaiting() {
        connect();
        var answer = ask(A);
        var unused = asked(1);

        a.hello(); // as after a reconnection

        refused(answer, ProblemCode.HOST_QUESTION_UNANSWERED, "left before it answered");
    }

    @Test
    void anAnswerThatIsTooLargeOrCannotBePrintedIsRefusedAndTheSessionGoesOn() {
        connect();
        var padding = UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFrom(new byte[QuestionDesk.LARGEST_BYTES]))
                .build();
        var large = ask(A);
        answer(
                a,
                asked(1),
                Answer.newBuilder()
                        .setEtcdUsage(USAGE)
                        .setUnknownFields(UnknownFieldSet.newBuilder()
                                .addField(99, padding)
                                .build()));
        refused(large, ProblemCode.HOST_QUESTION_UNANSWERED, "more than the");

        var rows = EtcdRanking.newBuilder();
        for (int i = 0; i < 129; i++) {
            rows.addEaters(EtcdEater.getDefaultInstance());
        }
        int number = 1;
        for (var hostile : List.of(
                EtcdUsage.newBuilder().setKeys(-1),
                EtcdUsage.newBuilder().setTypes(rows),
                EtcdUsage.newBuilder().setVersion("\u001b[2J"),
                EtcdUsage.newBuilder().setVersion("x".repeat(801)))) {
            var answer = ask(A);
            answer(a, asked(++number), Answer.newBuilder().setEtcdUsage(hostile));
            refused(answer, ProblemCode.HOST_QUESTION_UNANSWERED, "an answer that is refused");
        }
        var empty = ask(A);
        answer(a, asked(++number), Answer.newBuilder());
        refused(empty, ProblemCode.HOST_QUESTION_UNANSWERED, "something else");
        assertThat(a.broken()).isNull();
    }
}
