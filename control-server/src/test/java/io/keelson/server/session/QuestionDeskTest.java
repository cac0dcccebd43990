package io.keelson.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.keelson.fleet.HostId;
import io.keelson.problem.ProblemCode;
import io.keelson.proto.agent.v1.Answer;
import io.keelson.proto.agent.v1.EtcdEater;
import io.keelson.proto.agent.v1.EtcdRanking;
import io.keelson.proto.agent.v1.EtcdUsage;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.agent.v1.Question;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuestionDeskTest extends QuestionFixture {
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
